import type { Seen } from './gather.ts'

export type MaintainedFrom = {
  /** first instant that counts */
  from: number
  /** all devices of the site */
  devices: readonly string[]
  /** those that were under maintenance before */
  maintained: ReadonlySet<string>
}

/** When each device comes under maintenance and out of it again; a span without devices is of the whole site. Pure. */
export function maintenanceSeen(
  spans: readonly { from: number; to: number; devices: readonly string[] }[],
  { from, devices, maintained }: MaintainedFrom,
): Seen[] {
  if (spans.length === 0 && maintained.size === 0) return []
  const bounds = new Set([from, ...spans.flatMap((it) => [it.from, it.to]).filter((at) => at > from)])
  let before = maintained
  return [...bounds]
    .sort((a, b) => a - b)
    .flatMap((at) => {
      const running = spans.filter((it) => it.from <= at && at < it.to)
      const current = new Set(running.flatMap((it) => (it.devices.length === 0 ? devices : it.devices)))
      const changed = devices.filter((it) => current.has(it) !== before.has(it))
      before = current
      return changed.map((device) => ({ at, input: { device, maintenance: current.has(device) } }))
    })
}
