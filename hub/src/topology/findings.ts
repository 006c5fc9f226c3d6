/** What devices told of their place, as it is stored. */
import { type TopologyDevice, TopologyFindings } from '@steward/shared/topology'
import type { Kysely } from 'kysely'
import { devicesOf, type InventoryTables, type StoredDevice } from '../inventory/index.ts'
import { createSlices } from '../slices.ts'
import { type PointTables, pointsOf } from '../timeseries/index.ts'
import type { TopologyTables } from './schema.ts'

export type TopologyDb = Kysely<TopologyTables & InventoryTables>

/** A database, or a transaction of it, as this room sees it. */
export function tablesOf(db: Kysely<unknown>): TopologyDb {
  return db.withTables<TopologyTables & InventoryTables>()
}

/** Files what a device told, unless something newer is known. */
export async function fileTopology(
  db: Kysely<TopologyTables>,
  it: { site: string; device: string; at: number; findings: TopologyFindings },
): Promise<void> {
  const { site, device, at } = it
  const findings = JSON.stringify(it.findings)
  await db
    .insertInto('topology_findings')
    .values({ site, device, at, findings })
    .onConflict((conflict) =>
      conflict.columns(['site', 'device']).doUpdateSet({ at, findings }).where('topology_findings.at', '<=', at),
    )
    .execute()
}

/** The enabled devices of a site as the engine takes them. */
export async function toldDevices(db: TopologyDb, site: string, now: number): Promise<TopologyDevice[]> {
  const devices = (await devicesOf(db, site)).filter((it) => it.config.enabled)
  const rows = await db.selectFrom('topology_findings').selectAll().where('site', '=', site).execute()
  const learned = new Map<string, TopologyDevice['learned']>()
  const breathe = createSlices()
  for (const { device, at, findings } of rows) {
    learned.set(device, { at, findings: TopologyFindings.parse(JSON.parse(findings)) })
    await breathe()
  }
  const told = devices.map((it) => asTold(it, learned.get(it.config.id) ?? null))
  for (const device of told) {
    if (device.kind !== 'nvr') continue
    // Points are told when they change: while it answers they are what they were.
    const points = await pointsOf(db.withTables<PointTables>(), site, device.id)
    const names = [...new Set(points.filter((it) => it.class === 'codec').map((it) => it.instance))]
    device.channels = { at: now, names }
    await breathe()
  }
  return told
}

function asTold({ config, identity, state }: StoredDevice, learned: TopologyDevice['learned']): TopologyDevice {
  const { id, name = '', kind, address = null, needs } = config
  const names = [name, identity.name ?? ''].filter((it) => it !== '')
  return { id, kind, address, names, macs: macIn(identity.mac), needs, learned, isDown: state === 'down' }
}

/** As a device wrote it: with colons, dashes, dots or nothing between. */
function macIn(text = ''): string[] {
  const digits = text.toLowerCase().replace(/[^0-9a-f]/g, '')
  return digits.length === 12 ? [digits.replace(/(..)(?=.)/g, '$1:')] : []
}
