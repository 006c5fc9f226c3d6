/** From where the hub judges a site itself: begun when the site gets its second agent, and never left again. */
import { DiagnosisSnapshot } from '@steward/shared/diagnosis'
import { FaultKind, FaultLevel, Text } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { siteAgents } from '../../inventory/index.ts'
import { type FaultsDb, Functions } from '../rows.ts'
import type { FaultTables } from '../schema.ts'
import type { Base } from './replay.ts'

const Names = z.array(z.string())

/** Null: the site's one agent judges. */
export async function readBase(db: Kysely<FaultTables>, site: string): Promise<Base | null> {
  const row = await db.selectFrom('joint_judgements').selectAll().where('site', '=', site).executeTakeFirst()
  return row === undefined ? null : { at: row.at, snapshot: DiagnosisSnapshot.parse(JSON.parse(row.snapshot)) }
}

export async function isJointlyJudged(db: Kysely<FaultTables>, site: string): Promise<boolean> {
  const row = await db.selectFrom('joint_judgements').select('site').where('site', '=', site).executeTakeFirst()
  return row !== undefined
}

export async function keepBase(db: FaultsDb, site: string, { at, snapshot }: Base): Promise<void> {
  await db
    .updateTable('joint_judgements')
    .set({ at, snapshot: JSON.stringify(snapshot) })
    .where('site', '=', site)
    .execute()
}

/**
 * Where a site has several agents, the hub judges from now on; what its one agent said until now is where it goes on from.
 * Gives whether it is so.
 */
export async function beginWhereSeveral(db: FaultsDb, site: string, now: number): Promise<boolean> {
  if (await isJointlyJudged(db, site)) return true
  if ((await siteAgents(db, site)).length < 2) return false
  const snapshot = JSON.stringify(await snapshotOfToday(db, site, now))
  await db
    .insertInto('joint_judgements')
    .values({ site, at: now, snapshot })
    .onConflict((it) => it.doNothing())
    .execute()
  return true
}

/** The open faults and the outages that they are of. How often something flapped, and who pointed at whom, is begun anew. */
async function snapshotOfToday(db: FaultsDb, site: string, now: number): Promise<DiagnosisSnapshot> {
  const rows = await db
    .selectFrom('faults')
    .selectAll()
    .where('site', '=', site)
    .where('closed_at', 'is', null)
    .where('device', 'is not', null)
    .execute()
  const downRows = await db
    .selectFrom('devices')
    .select(['id', 'since'])
    .where('site', '=', site)
    .where('state', '=', 'down')
    .execute()
  const causes = new Set(rows.filter((it) => it.kind === 'down').map((it) => it.device))
  const devices = downRows.map(({ id, since }) => {
    const at = since ?? now
    return { id, state: 'down' as const, seenDown: true, downSince: at, outSince: at, isCause: causes.has(id) }
  })
  const open = rows.map((row) => ({
    at: row.told_at,
    fault: faultOf(site, row.id),
    cause: row.device ?? '',
    kind: FaultKind.parse(row.kind),
    level: FaultLevel.parse(row.judged_level),
    affected: Names.parse(JSON.parse(row.affected)),
    functions: Functions.parse(JSON.parse(row.functions)),
    incident: row.incident === null ? null : faultOf(site, row.incident),
    reason: Text.parse(JSON.parse(row.reason)),
    openedAt: row.opened_at,
  }))
  return { version: 1, at: now, devices, open }
}

/** The diagnosis's name of a fault (`hubFaultId` the other way): a device's name has no `~`. */
function faultOf(site: string, id: string): string {
  return id.slice(site.length + 1).replaceAll('~', '@')
}
