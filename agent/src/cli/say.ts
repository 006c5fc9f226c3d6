import { catalogue, type StewardError } from '@steward/shared/errors'
import type { Text } from '@steward/shared/model'

export type Language = keyof Text

/** Prints a line in the person's language. */
export function say(language: Language, text: Text): void {
  process.stdout.write(`${text[language]}\n`)
}

/** An error in one line: the sentence of its code where the person reads Chinese, then what happened here. */
export function lineOf(error: StewardError, language: Language): string {
  const sentence = language === 'zh' ? `${catalogue[error.code].zh} ` : ''
  return `${sentence}${error.message}`
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A time for a person: local, to the minute. */
export function when(epochMs: number): string {
  return new Date(epochMs).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}
