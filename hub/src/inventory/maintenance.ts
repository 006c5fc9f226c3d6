import { randomUUID } from 'node:crypto'
import type { MaintenanceInput } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { MaintenanceWindow } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>

const Devices = z.array(z.string())

/** The windows of a site, earliest first. */
export async function listMaintenance(db: Db, site: string): Promise<MaintenanceWindow[]> {
  const rows = await db
    .selectFrom('maintenance')
    .selectAll()
    .where('site', '=', site)
    .orderBy('from_at')
    .orderBy('id')
    .limit(1000)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    devices: Devices.parse(JSON.parse(row.devices)),
    from: new Date(row.from_at).toISOString(),
    to: new Date(row.to_at).toISOString(),
    reason: row.reason,
  }))
}

export async function addMaintenance(
  db: Db,
  site: string,
  window: z.output<typeof MaintenanceInput>,
  by: string,
): Promise<MaintenanceWindow> {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)]
  if (to <= from) throw new StewardError('input/invalid', 'to: the end must be after the beginning.')
  const id = randomUUID()
  await db
    .insertInto('maintenance')
    .values({
      id,
      site,
      devices: JSON.stringify(window.devices),
      from_at: from,
      to_at: to,
      reason: window.reason,
      created_by: by,
    })
    .execute()
  return { ...window, id }
}

/** Takes away a window that does not run, or ends one that does: what it covered so far stays explained. */
export async function removeMaintenance(db: Db, site: string, id: string, now: number): Promise<void> {
  const ended = await db
    .updateTable('maintenance')
    .set({ to_at: now })
    .where('site', '=', site)
    .where('id', '=', id)
    .where('from_at', '<', now)
    .where('to_at', '>', now)
    .executeTakeFirst()
  if (ended.numUpdatedRows > 0n) return
  const row = await db
    .deleteFrom('maintenance')
    .where('site', '=', site)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) throw new StewardError('input/not-found', 'There is no such maintenance window.')
}

/** The devices of a site that are under maintenance at a time; `all` when a window names none. */
export async function underMaintenance(
  db: Db,
  site: string,
  at: number,
): Promise<{ all: boolean; devices: ReadonlySet<string> }> {
  const running = (await listMaintenance(db, site)).filter((it) => Date.parse(it.from) <= at && at < Date.parse(it.to))
  return { all: running.some((it) => it.devices.length === 0), devices: new Set(running.flatMap((it) => it.devices)) }
}
