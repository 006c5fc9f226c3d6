import { dateAt, instantAt } from '@steward/shared/maintenance'

/** An instant as a field for date and time of a zone takes it: `2026-11-27T22:00`. */
export function localInput(atMs: number, zone: string): string {
  return new Date(atMs).toLocaleString('sv-SE', { timeZone: zone }).slice(0, 16).replace(' ', 'T')
}

/** The instant that was entered, in ms; null where nothing whole was. */
export function instantOfInput(text: string, zone: string): number | null {
  const [, date, time] = /^(2[01]\d\d-\d\d-\d\d)T(\d\d:\d\d)/.exec(text) ?? []
  return date === undefined || time === undefined ? null : instantAt(date, time, zone)
}

/** The day some days after the one of an instant: `2026-11-28`. */
export function dayAfter(atMs: number, zone: string, days: number): string {
  return stepDay(dateAt(atMs, zone), days)
}

/** `2026-11-30` and 1 → `2026-12-01`. */
export function stepDay(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
