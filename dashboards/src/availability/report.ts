/** A month of a site as a table for people who calculate: the site, its systems and every device. Pure. */
import type { Availability, SiteAvailability } from '@steward/shared/api'
import { minutesOf } from './month.ts'

/** What the columns are called, and the two kinds of rows beside the devices. */
export type ReportWords = {
  columns: readonly [
    what: string,
    id: string,
    name: string,
    share: string,
    down: string,
    without: string,
    downWithout: string,
    unknown: string,
  ]
  site: string
  system: string
  device: string
}

/** CSV (RFC 4180) with a byte order mark, without which Excel takes Chinese for something else. Shares in percent, times in minutes. */
export function reportOf(
  it: SiteAvailability,
  names: { site: string; systemOf: (id: string) => string },
  words: ReportWords,
): string {
  const rows = [
    rowOf(words.site, it.site, names.site, it.whole),
    ...it.systems.map((system) => rowOf(words.system, system.id, names.systemOf(system.id), system)),
    ...it.devices.map((device) => rowOf(words.device, device.id, device.name, device)),
  ]
  return `\uFEFF${[words.columns, ...rows].map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`
}

function rowOf(what: string, id: string, name: string, { whole, withoutMaintenance }: Availability): string[] {
  const share = (percent: number | null): string => (percent === null ? '' : percent.toFixed(4))
  return [
    what,
    id,
    name,
    share(whole.percent),
    String(minutesOf(whole.downMs)),
    share(withoutMaintenance.percent),
    String(minutesOf(withoutMaintenance.downMs)),
    String(minutesOf(whole.unknownMs)),
  ]
}

/** A cell that begins like a formula is taken for one; an apostrophe keeps it text. */
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
