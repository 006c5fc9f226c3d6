/** What a switch sees behind its ports: BRIDGE-MIB, Q-BRIDGE-MIB, and Catalyst's BRIDGE-MIB for each VLAN. */
import { setImmediate } from 'node:timers/promises'
import { isStewardError } from '@steward/shared/errors'
import { type TopologyFindings, topologyLimits } from '@steward/shared/topology'
import type { Ask } from '../../ask.ts'
import { numberOf } from '../../read/raw-text.ts'
import { macOf, type PlacePorts } from './ports.ts'

export const forwardingTables = { byVlan: '1.3.6.1.2.1.17.7.1.2.2.1', plain: '1.3.6.1.2.1.17.4.3.1' } as const
const dot1dBasePortIfIndex = '1.3.6.1.2.1.17.1.4.1.2'
/** CISCO-VTP-MIB: vtpVlanState and vtpVlanType of the first management domain; 1 is operational, 1 is Ethernet. */
export const vlanTable = '1.3.6.1.4.1.9.9.46.1.3.1.1'
const vlanColumns = { state: `${vlanTable}.2.1`, type: `${vlanTable}.3.1` } as const
const mostVlans = 256
/** VLANs that are there and not answered for; more in a row, and the switch does not take the question. */
const silencesToGiveUp = 3
/** A core switch of a large building; a table of more is cut off. */
const mostRows = 30_000
const forwardingBudgetMs = 15_000

type Row = { mac: string; port: string }

/**
 * Ports with the MAC addresses behind them. A table that was cut off tells nothing: a port would seem to have one device
 * behind it that has many.
 */
export async function learnForwarding(ask: Ask, ports: PlacePorts): Promise<TopologyFindings['forwarding']> {
  const within = { most: mostRows, endsAtMs: performance.now() + forwardingBudgetMs }
  const rows = (await rowsOfAll(ask, ports, within)) ?? (await rowsByVlan(ask, ports, within))
  if (rows === null) return []
  const own = new Set(ports.macs)
  const behind = new Map<string, Set<string>>()
  for (const { mac, port } of rows) {
    if (own.has(mac)) continue
    const name = port.slice(0, 200)
    behind.set(name, (behind.get(name) ?? new Set()).add(mac))
  }
  return [...behind].slice(0, topologyLimits.ports).map(([port, macs]) => ({
    port,
    count: macs.size,
    macs: [...macs].sort().slice(0, topologyLimits.macsPerPort),
  }))
}

type Within = { most: number; endsAtMs: number }
type Column = ReadonlyMap<string, Parameters<typeof numberOf>[0]>

const isCutOff = (column: Column, { most, endsAtMs }: Within): boolean =>
  column.size >= most || performance.now() >= endsAtMs

/** One table for all VLANs; null where there is none such, or the plain one is of one VLAN of several. */
async function rowsOfAll(ask: Ask, ports: PlacePorts, within: Within): Promise<Row[] | null> {
  const byVlan = await ask.column(`${forwardingTables.byVlan}.2`, within)
  if (byVlan.size > 0) return isCutOff(byVlan, within) ? [] : rowsOf(byVlan, (it) => ports.ofBridgePort(it))
  if (ask.inVlan !== undefined && (await vlansOf(ask)).length > 1) return null
  const plain = await ask.column(`${forwardingTables.plain}.2`, within)
  return isCutOff(plain, within) ? [] : rowsOf(plain, (it) => ports.ofBridgePort(it))
}

async function vlansOf(ask: Ask): Promise<number[]> {
  const [states, types] = [await ask.column(vlanColumns.state), await ask.column(vlanColumns.type)]
  const valueAt = (column: Column, index: string): number | null => {
    const found = column.get(index)
    return found === undefined ? null : numberOf(found)
  }
  const vlans = [...states.keys()].filter((it) => valueAt(states, it) === 1 && (valueAt(types, it) ?? 1) === 1)
  return vlans.map(Number).slice(0, mostVlans)
}

/** A table for each VLAN, each with its own numbers of the ports; null where there is no end to them in time. */
async function rowsByVlan(ask: Ask, ports: PlacePorts, within: Within): Promise<Row[] | null> {
  const rows: Row[] = await rowsIn(ask, ports, within)
  let silences = 0
  for (const vlan of await vlansOf(ask)) {
    const view = ask.inVlan?.(vlan)
    if (view === undefined || silences >= silencesToGiveUp) break
    try {
      rows.push(...(await rowsIn(view, ports, within)))
      silences = 0
    } catch (error) {
      // A VLAN in which no port is active is not answered for.
      if (!isStewardError(error, 'driver/timeout') && !isStewardError(error, 'driver/protocol')) throw error
      silences += 1
    }
    if (performance.now() >= within.endsAtMs || rows.length >= within.most) return null
  }
  return rows
}

async function rowsIn(ask: Ask, ports: PlacePorts, within: Within): Promise<Row[]> {
  const plain = await ask.column(`${forwardingTables.plain}.2`, within)
  if (plain.size === 0) return []
  const numbers = await ask.column(dot1dBasePortIfIndex)
  return rowsOf(plain, (port) => {
    const found = numbers.get(String(port))
    const index = found === undefined ? null : numberOf(found)
    return index === null ? ports.ofBridgePort(port) : ports.ofIndex(index)
  })
}

/** So many at once take a millisecond or two; others have their turn between them. */
const rowsAtOnce = 1000

/** The last six numbers of a row are the MAC address. Port 0: learned, and not known where. */
async function rowsOf(column: Column, nameOf: (port: number) => string | undefined): Promise<Row[]> {
  const rows: Row[] = []
  let seen = 0
  for (const [index, varbind] of column) {
    const [mac] = macOf(Buffer.from(index.split('.').slice(-6).map(Number)))
    const port = numberOf(varbind) ?? 0
    if (mac !== undefined && port !== 0) rows.push({ mac, port: nameOf(port) ?? String(port) })
    seen += 1
    if (seen % rowsAtOnce === 0) await setImmediate()
  }
  return rows
}
