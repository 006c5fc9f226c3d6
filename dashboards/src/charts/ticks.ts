const hourMs = 3_600_000
const steps = [hourMs / 4, hourMs, 3 * hourMs, 6 * hourMs, 24 * hourMs, 7 * 24 * hourMs]
const wanted = 9

/** Instants for the marks under a band: whole hours or days of the zone, about as many as can be read. */
export function dayTicks(fromMs: number, toMs: number, zone: string): number[] {
  const step = steps.find((it) => (toMs - fromMs) / it <= wanted) ?? Number.POSITIVE_INFINITY
  if (!Number.isFinite(step)) return []
  const ticks: number[] = []
  const shift = offsetMs(fromMs, zone)
  for (let at = Math.ceil((fromMs + shift) / step) * step - shift; at < toMs - step / 3; at += step) ticks.push(at)
  return ticks
}

/** How far the zone's clock is ahead of UTC at an instant, in ms. */
function offsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at)
  const name = parts.find((it) => it.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  if (hours === undefined || minutes === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * 60_000)
}
