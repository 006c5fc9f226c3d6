import { join } from 'node:path'

export const dayMs = 86_400_000

/** How wide the spans of a sealed file are; 0 is the values themselves. */
export const tiers = { raw: 0, '5m': 300_000, '1h': 3_600_000 } as const
export type Tier = keyof typeof tiers
export const rollups = ['5m', '1h'] as const satisfies readonly Tier[]

/** A sealed file: all values, or roll-ups, of one customer from `from` to before `to` (whole UTC days). */
export type Segment = { file: string; customer: string; tier: Tier; from: number; to: number }

/** A table of values of one UTC day that are not sealed yet; several when some came while the day was being sealed. */
export type DayTable = { name: string; day: number }

/** First instant of the UTC day in which `at` lies. */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs) * dayMs
}

/** First instant of the UTC month in which `at` lies. */
export function monthOf(at: number): number {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

/** First instant of the month after. */
export function nextMonth(month: number): number {
  const date = new Date(month)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

const tablePattern = /^day_(\d{4})(\d{2})(\d{2})_(\d+)$/

export function tableName(day: number, generation: number): string {
  return `day_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}_${generation}`
}

/** The day and generation of a table by its name; null for any other table. */
export function parseTableName(name: string): { day: number; generation: number } | null {
  const found = tablePattern.exec(name)
  if (found === null) return null
  const [year, month, date, generation] = found.slice(1).map(Number)
  return { day: Date.UTC(year ?? 0, (month ?? 1) - 1, date ?? 1), generation: generation ?? 0 }
}

/** Path of a sealed file within the store's folder: a name is used once, so that a file never changes. */
export function segmentFile(it: Omit<Segment, 'file'>, unique: string): string {
  const day = new Date(it.from).toISOString().slice(0, 10)
  const span = it.to - it.from > dayMs ? day.slice(0, 7) : day
  return join('sealed', it.customer, it.tier, `${span}.${unique}.parquet`)
}

/** A text in SQL, for file names: table functions take no parameters there. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
