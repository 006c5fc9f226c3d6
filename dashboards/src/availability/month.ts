/** `2026-01` one earlier is `2025-12`. */
export function stepMonth(month: string, by: number): string {
  const [year = 1970, ordinal = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, ordinal - 1 + by, 1)).toISOString().slice(0, 7)
}

/** The month as people write it: `November 2026`, `2026年11月`. */
export function writeMonth(month: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' })
  return format.format(Date.parse(`${month}-01T00:00:00Z`))
}

/** A share as people promise it: 99.97 %, never rounded up to what was not reached. */
export function writeShare(percent: number, language: string): string {
  const digits = percent >= 99.99 && percent < 100 ? 3 : 2
  const cut = Math.floor(percent * 10 ** digits + 1e-6) / 10 ** digits
  const format = new Intl.NumberFormat(language, {
    style: 'percent',
    minimumFractionDigits: percent < 100 ? 2 : 0,
    maximumFractionDigits: digits,
  })
  return format.format(cut / 100)
}

/** Whole minutes; what was broken for seconds was broken for a minute. */
export const minutesOf = (ms: number): number => Math.ceil(ms / 60_000)
