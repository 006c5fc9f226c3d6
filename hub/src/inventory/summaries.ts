/** Sites and devices as people see them: configuration, what agents told, and what other rooms know, put together. */
import type { DeviceDetail, DeviceSummary, SiteDetail, SiteInput, SiteSummary } from '@steward/shared/api'
import { needsSecret } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { listCustomers } from './customers.ts'
import { devicesNeeding, type StoredDevice } from './devices.ts'
import { underMaintenance } from './maintenance.ts'
import type { InventoryPorts } from './ports.ts'
import { statesOf } from './reports.ts'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>

const noFaults = { worstLevel: null, faults: { L1: 0, L2: 0, L3: 0, L4: 0 } }

async function deviceCounts(db: Db, sites: readonly string[]) {
  const rows = await db
    .selectFrom('devices')
    .select((it) => ['site', 'state', it.fn.countAll<number>().as('count')])
    .where('site', 'in', [...sites])
    .where('enabled', '=', 1)
    .where('address', 'is not', null)
    .groupBy(['site', 'state'])
    .execute()
  return Map.groupBy(rows, (it) => it.site)
}

/** The given sites with their figures, worst first: level, then how many at it, then name. */
export async function summarise(db: Db, ports: InventoryPorts, sites: readonly SiteInput[]): Promise<SiteSummary[]> {
  const ids = sites.map((it) => it.id)
  if (ids.length === 0) return []
  const [customers, counts, faults, agents] = await Promise.all([
    listCustomers(db, { all: true }),
    deviceCounts(db, ids),
    ports.faultFiguresOf(ids),
    ports.agentsOf(ids),
  ])
  const names = new Map(customers.map((it) => [it.id, it.name]))
  const summaries = sites.map((site): SiteSummary => {
    const states = counts.get(site.id) ?? []
    const count = (state: string) => Number(states.find((it) => it.state === state)?.count ?? 0)
    const [up, down, unknown] = [count('up'), count('down'), count('unknown')]
    const { worstLevel, faults: levels } = faults.get(site.id) ?? noFaults
    return {
      id: site.id,
      name: site.name,
      customer: { id: site.customer, name: names.get(site.customer) ?? site.customer },
      timezone: site.timezone,
      worstLevel,
      faults: levels,
      devices: { total: up + down + unknown, up, down, unknown },
      agent: agents.get(site.id) ?? { state: 'none', lastSeenAt: null },
    }
  })
  return summaries.sort(byWorst)
}

function byWorst(a: SiteSummary, b: SiteSummary): number {
  const rank = (it: SiteSummary) => it.worstLevel ?? (it.agent.state === 'silent' ? 'L5' : 'L6')
  const atWorst = (it: SiteSummary) => (it.worstLevel === null ? 0 : it.faults[it.worstLevel])
  return rank(a).localeCompare(rank(b)) || atWorst(b) - atWorst(a) || a.name.localeCompare(b.name)
}

export async function siteDetail(db: Db, ports: InventoryPorts, site: SiteInput): Promise<SiteDetail> {
  const [summary] = await summarise(db, ports, [site])
  if (summary === undefined) throw new Error('a site has a summary')
  const { address, settings, systems } = site
  return { ...summary, address, settings, systems, capabilities: await ports.capabilitiesOf(site.id) }
}

/** Devices (of any sites) with their faults, secrets and maintenance. */
export async function describeDevices(
  db: Db,
  ports: InventoryPorts,
  devices: readonly StoredDevice[],
  now: number,
): Promise<z.output<typeof DeviceSummary>[]> {
  const bySite = Map.groupBy(devices, (it) => it.site)
  const context = new Map(
    await Promise.all(
      [...bySite.keys()].map(
        async (site) =>
          [
            site,
            { faults: await ports.deviceFaultsOf(site), maintenance: await underMaintenance(db, site, now) },
          ] as const,
      ),
    ),
  )
  return devices.map((device) => {
    const { config } = device
    const at = context.get(device.site)
    const fault = at?.faults.get(config.id)
    const { state, reason, identity } = device
    return {
      id: config.id,
      site: device.site,
      name: config.name ?? config.id,
      kind: config.kind,
      address: config.address ?? null,
      systems: [...new Set(config.serves.map((it) => it.function.split('/')[0] ?? ''))],
      location: config.location,
      ...(config.agent === undefined ? {} : { agent: config.agent }),
      state,
      since: device.sinceAt === null ? null : new Date(device.sinceAt).toISOString(),
      reason,
      level: fault?.level ?? null,
      affectedBy: fault?.affectedBy ?? [],
      secret: secretState(device),
      maintenance: at?.maintenance.all === true || at?.maintenance.devices.has(config.id) === true,
      identity,
    }
  })
}

function secretState(device: StoredDevice): 'not-needed' | 'missing' | 'set' | 'works' | 'refused' {
  if (device.secret === 'set' || device.secret === 'works' || device.secret === 'refused') return device.secret
  return device.config.connections.some(needsSecret) ? 'missing' : 'not-needed'
}

const historyMs = 7 * 86_400_000

export async function deviceDetail(
  db: Db,
  ports: InventoryPorts,
  device: StoredDevice,
  now: number,
): Promise<z.output<typeof DeviceDetail>> {
  const [summary] = await describeDevices(db, ports, [device], now)
  if (summary === undefined) throw new Error('a device has a summary')
  const { id } = device.config
  const history = await statesOf(db, device.site, id, now - historyMs)
  return {
    ...summary,
    config: device.config,
    neededBy: await devicesNeeding(db, device.site, id),
    problems: await ports.problemsOf(device.site, id),
    history: history.map((it) => ({ at: new Date(it.at).toISOString(), state: stateOf(it.state) })),
  }
}

function stateOf(word: string): 'up' | 'down' | 'unknown' {
  return word === 'up' || word === 'down' ? word : 'unknown'
}
