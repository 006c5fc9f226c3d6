/** Makes links of what a site's devices told, stores them and notes what has changed. */
import { ProposedLink, proposing } from '@steward/shared/topology'
import type { Kysely } from 'kysely'
import type { Audit } from '../audit/index.ts'
import { createSlices } from '../slices.ts'
import { type Change, compareLinks, compareStrangers, isNewSite, type SeenLink, type Stranger } from './changes.ts'
import { type TopologyDb, tablesOf, toldDevices } from './findings.ts'

/** More than anybody reads; a device that flaps must not fill the database. */
const changesKept = 1000

/** Ages are written down to this: what is as it was is not written every time. */
const ageMs = 30 * 60_000

/** Gives whether anything is not as it was. One round of a site at a time: nobody else writes its links. */
export async function learnSite(db: Kysely<unknown>, audit: Audit, site: string, now: number): Promise<boolean> {
  const tables = tablesOf(db)
  const devices = await toldDevices(tables, site, now)
  const byId = new Map(devices.map((it) => [it.id, it]))
  const { links, strangers } = await inSlices(proposing(devices))
  const before = await seenLinks(tables, site)
  const isLearning = isNewSite(before, now)
  const seen = compareLinks(before, links, now, byId)
  const others = compareStrangers(await seenStrangers(tables, site), strangers, { now, isLearning }, byId)
  const different = await differences(before, seen.kept)
  const changes = [...seen.changes, ...others.changes]
  await db.transaction().execute(async (all) => {
    const within = tablesOf(all)
    await storeLinks(within, site, different)
    await forgetRemoved(within, site)
    await storeStrangers(within, site, others.kept)
    await noteChanges(within, site, now, changes)
    await auditChanges(all, audit, site, changes)
  })
  return different.put.length + different.gone.length + changes.length > 0
}

async function storeStrangers(db: TopologyDb, site: string, strangers: readonly Stranger[]): Promise<void> {
  await db.deleteFrom('topology_strangers').where('site', '=', site).execute()
  for (const { device, port, stranger, firstSeen, lastSeen } of strangers) {
    const row = { site, device, port, stranger, first_seen: firstSeen, last_seen: lastSeen }
    await db.insertInto('topology_strangers').values(row).execute()
  }
}

/** What is no device any more: another one may come by its name. */
async function forgetRemoved(db: TopologyDb, site: string): Promise<void> {
  for (const table of ['topology_findings', 'topology_decisions'] as const) {
    await db
      .deleteFrom(table)
      .where('site', '=', site)
      .where('device', 'not in', (it) => it.selectFrom('devices').select('devices.id').where('devices.site', '=', site))
      .execute()
  }
}

/** Others have their turn every few milliseconds: a large site takes 100 ms in all. */
async function inSlices<T>(steps: Generator<undefined, T, undefined>): Promise<T> {
  const breathe = createSlices()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await breathe()
  }
}

type Differences = { put: SeenLink[]; gone: string[] }

/** Most of a large site is as it was. */
async function differences(before: readonly SeenLink[], kept: readonly SeenLink[]): Promise<Differences> {
  const breathe = createSlices()
  const known = new Map(before.map((it) => [it.link.device, it]))
  const put: SeenLink[] = []
  for (const it of kept) {
    const old = known.get(it.link.device)
    known.delete(it.link.device)
    if (old === undefined || it.lastSeen - old.lastSeen > ageMs || printOf(old) !== printOf(it)) put.push(it)
    await breathe()
  }
  return { put, gone: [...known.keys()] }
}

/** All but the ages. */
function printOf({ link, firstSeen }: SeenLink): string {
  return JSON.stringify([link, firstSeen], (key, value) => (key === 'at' ? undefined : value))
}

async function storeLinks(db: TopologyDb, site: string, { put, gone }: Differences): Promise<void> {
  for (const { link, firstSeen, lastSeen } of put) {
    const values = { link: JSON.stringify(link), first_seen: firstSeen, last_seen: lastSeen }
    await db
      .insertInto('topology_links')
      .values({ site, device: link.device, ...values })
      .onConflict((conflict) => conflict.columns(['site', 'device']).doUpdateSet(values))
      .execute()
  }
  for (const device of gone)
    await db.deleteFrom('topology_links').where('site', '=', site).where('device', '=', device).execute()
}

async function auditChanges(
  db: Kysely<unknown>,
  audit: Audit,
  site: string,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return
  const found = await tablesOf(db).selectFrom('sites').select('customer').where('id', '=', site).executeTakeFirst()
  const customer = found?.customer ?? null
  for (const { device, kind, text } of changes)
    await audit.write(
      { who: 'hub', action: `topology.${kind}`, target: device, site, customer, detail: { what: text.en } },
      db,
    )
}

async function noteChanges(db: TopologyDb, site: string, at: number, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  for (const { device, kind, text } of changes) {
    await db
      .insertInto('topology_changes')
      .values({ site, at, device, kind, text: JSON.stringify(text) })
      .execute()
  }
  const oldest = await db
    .selectFrom('topology_changes')
    .select('at')
    .where('site', '=', site)
    .orderBy('at', 'desc')
    .offset(changesKept)
    .limit(1)
    .executeTakeFirst()
  if (oldest !== undefined)
    await db.deleteFrom('topology_changes').where('site', '=', site).where('at', '<=', oldest.at).execute()
}

export async function seenLinks(db: TopologyDb, site: string): Promise<SeenLink[]> {
  const rows = await db.selectFrom('topology_links').selectAll().where('site', '=', site).orderBy('device').execute()
  const breathe = createSlices()
  const links: SeenLink[] = []
  for (const it of rows) {
    const link = ProposedLink.parse(JSON.parse(it.link))
    links.push({ link, firstSeen: it.first_seen, lastSeen: it.last_seen })
    await breathe()
  }
  return links
}

async function seenStrangers(db: TopologyDb, site: string): Promise<Stranger[]> {
  const rows = await db.selectFrom('topology_strangers').selectAll().where('site', '=', site).execute()
  return rows.map(({ device, port, stranger, first_seen, last_seen }) => ({
    device,
    port,
    stranger,
    firstSeen: first_seen,
    lastSeen: last_seen,
  }))
}
