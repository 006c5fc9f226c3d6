/** Which port of which switch feeds which device (PoE), learned with the topology, and whether it still draws its power. */
import { proposeLinks, type TopologyDevice, type TopologyFindings } from '@steward/shared/topology'
import type { Reading } from '../drivers/index.ts'
import type { Judge } from './judge.ts'
import type { Line } from './lines.ts'
import type { Site } from './site.ts'

export type Feeds = {
  read(line: Line, reading: Reading): void
  /** the switch that feeds a device, to be read at once when the device is down; undefined where none is known */
  feederOf(device: string): string | undefined
}

/** `hasDrawn`: it has taken its power from the port; one with a supply of its own never does. `unfed`: as told last, null: not yet. */
export type Fed = { device: string; feeder: string; point: string; hasDrawn: boolean; unfed: boolean | null }

const drawing = 'delivering'
/** pethPsePortDetectionStatus: says nothing of what hangs on the port */
const testing = 'test'

export function createFeeds(use: { site: () => Site; judge: () => Pick<Judge, 'isDown' | 'unfed'> | null }): Feeds {
  const fed = new Map<string, Fed>()
  const macs = new Map<string, string>()
  const addresses = new Map<string, string>()

  const noteMacs = ({ identity, findings }: Reading, device: string): void => {
    const digits = identity?.mac?.toLowerCase().replace(/[^0-9a-f]/g, '') ?? ''
    if (digits.length === 12) macs.set(device, digits.replace(/(..)(?=.)/g, '$1:'))
    const arp = findings?.topology?.arp ?? []
    if (arp.length === 0) return
    const known = new Set([...use.site().devices.values()].flatMap((it) => it.address ?? []))
    for (const { address, mac } of arp) if (known.has(address)) addresses.set(address, mac)
  }

  /** Gives the devices that are not fed here any more, and were said to be without power. */
  const learn = (line: Line, findings: TopologyFindings): string[] => {
    const isDown = (device: string): boolean => use.judge()?.isDown(device) === true
    const points = new Map(findings.poe.flatMap(({ port, point }) => (point === undefined ? [] : [[port, point]])))
    const before = new Map([...fed].filter(([, it]) => it.feeder === line.device))
    // Only those that need it: a site of thousands is not gone through for each switch.
    const around = [...use.site().devices.values()].filter(
      ({ id, needs }) => id === line.device || needs.some((it) => it.includes(line.device)),
    )
    const devices = around.map(
      ({ id, name, kind, address, needs }): TopologyDevice => ({
        id,
        kind,
        address: address ?? null,
        names: name === undefined ? [] : [name],
        macs: [macs.get(id) ?? addresses.get(address ?? '') ?? ''].filter((it) => it !== ''),
        needs,
        learned: id === line.device ? { at: 0, findings: { ...findings, arp: [] } } : null,
      }),
    )
    // What is down is not seen at its port, and hangs there all the same.
    for (const device of before.keys()) if (!isDown(device)) fed.delete(device)
    for (const { device, places } of proposeLinks(devices)) {
      const point = points.get(places.find((it) => it.to === line.device)?.port ?? '')
      if (point === undefined) continue
      const old = before.get(device)
      const isSame = old?.point === point
      const known = { hasDrawn: isSame && old.hasDrawn, unfed: isSame ? old.unfed : null }
      fed.set(device, { device, feeder: line.device, point, ...known })
    }
    line.feeds = [...fed.values()].filter((it) => it.feeder === line.device)
    return [...before.values()]
      .filter((it) => it.unfed === true && fed.get(it.device)?.unfed !== true)
      .map((it) => it.device)
  }

  return {
    feederOf: (device) => fed.get(device)?.feeder,
    read(line, reading) {
      if (reading.identity !== undefined || reading.findings !== undefined) noteMacs(reading, line.device)
      const findings = reading.findings?.topology
      const gone = findings === undefined || findings.poe.length === 0 ? [] : learn(line, findings)
      const own = line.feeds
      if (own === null) return
      const changed = gone.map((device) => ({ device, unfed: false }))
      for (const it of own) {
        const state = reading.values[it.point]
        if (typeof state !== 'string' || state === testing) continue
        it.hasDrawn ||= state === drawing
        // After a restart nothing is known of what was drawn before: then what the diagnosis remembers stands.
        if (!it.hasDrawn) continue
        const unfed = state !== drawing
        if (unfed !== it.unfed) changed.push({ device: it.device, unfed })
        it.unfed = unfed
      }
      if (changed.length > 0) use.judge()?.unfed(changed)
    },
  }
}
