import type { Capability } from '@steward/shared/api'
import { capabilitiesOf } from '@steward/shared/diagnosis'
import { FaultLevel } from '@steward/shared/model'
import { type DeviceFaults, type FaultFigures, findSite, underMaintenance } from '../inventory/index.ts'
import { affectedOf } from './read.ts'
import type { FaultsDb } from './rows.ts'
import type { SiteModels } from './site-models.ts'

/** Open faults by site and level. */
export async function faultFiguresOf(db: FaultsDb, sites: readonly string[]): Promise<Map<string, FaultFigures>> {
  const rows = await db
    .selectFrom('faults')
    .select((it) => ['site', 'level', it.fn.countAll<number>().as('count')])
    .where('site', 'in', [...sites])
    .where('closed_at', 'is', null)
    .groupBy(['site', 'level'])
    .orderBy('level')
    .execute()
  const figures = new Map<string, FaultFigures>()
  for (const { site, level, count } of rows) {
    const known = figures.get(site) ?? { worstLevel: FaultLevel.parse(level), faults: { L1: 0, L2: 0, L3: 0, L4: 0 } }
    known.faults[FaultLevel.parse(level)] = Number(count)
    figures.set(site, known)
  }
  return figures
}

/** Open faults of all sites, by level. */
export async function openFaultCounts(db: FaultsDb): Promise<Record<FaultLevel, number>> {
  const rows = await db
    .selectFrom('faults')
    .select((it) => ['level', it.fn.countAll<number>().as('count')])
    .where('closed_at', 'is', null)
    .groupBy('level')
    .execute()
  const counts = { L1: 0, L2: 0, L3: 0, L4: 0 }
  for (const { level, count } of rows) counts[FaultLevel.parse(level)] = Number(count)
  return counts
}

async function openFaultsOf(db: FaultsDb, site: string) {
  return db
    .selectFrom('faults')
    .select(['device', 'level', 'kind', 'affected'])
    .where('site', '=', site)
    .where('closed_at', 'is', null)
    .orderBy('level')
    .execute()
}

/** By device: the level of its own open fault, and whose faults affect it, the worst first. */
export async function deviceFaultsOf(db: FaultsDb, site: string): Promise<Map<string, DeviceFaults>> {
  const faults = new Map<string, DeviceFaults>()
  const of = (device: string): DeviceFaults => {
    const known = faults.get(device) ?? { level: null, affectedBy: [] }
    faults.set(device, known)
    return known
  }
  for (const row of await openFaultsOf(db, site)) {
    if (row.device === null) continue
    const own = of(row.device)
    own.level = own.level ?? FaultLevel.parse(row.level)
    for (const device of affectedOf(row)) of(device).affectedBy.push(row.device)
  }
  return faults
}

/** Kinds of a fault whose cause is taken as down, whatever its state is. */
const outKinds: ReadonlySet<string> = new Set(['down', 'suspected', 'intermittent'])

async function outOf(db: FaultsDb, site: string): Promise<Set<string>> {
  const faults = await openFaultsOf(db, site)
  const downRows = await db
    .selectFrom('devices')
    .select('id')
    .where('site', '=', site)
    .where('state', '=', 'down')
    .execute()
  // What does not answer, yet serves those behind it, is no outage.
  const unmanageable = new Set(faults.filter((it) => it.kind === 'unmanageable').map((it) => it.device))
  const down = downRows.map((it) => it.id).filter((it) => !unmanageable.has(it))
  const causes = faults.filter((it) => outKinds.has(it.kind)).map((it) => it.device)
  return new Set([...down, ...causes.filter((it) => it !== null)])
}

/** Capability as shown of every function of a site, by what its agent told last (fault-levels.md, section 2). */
export async function siteCapabilities(
  db: FaultsDb,
  models: SiteModels,
  siteId: string,
  now: number,
): Promise<Capability[]> {
  const site = await findSite(db, { all: true }, siteId)
  if (site === null) return []
  const model = await models.of(siteId)
  const maintenance = await underMaintenance(db, siteId, now)
  const maintained = maintenance.all ? new Set(model.devices.map((it) => it.id)) : maintenance.devices
  const values = capabilitiesOf(model, { out: await outOf(db, siteId), maintained })
  return site.systems.flatMap((system) =>
    system.functions.map((it) => ({
      function: `${system.id}/${it.id}`,
      name: it.name ?? it.id,
      system: system.id,
      essential: it.essential,
      paralysedBelow: it.paralysedBelow ?? null,
      value: values[`${system.id}/${it.id}`] ?? 1,
    })),
  )
}
