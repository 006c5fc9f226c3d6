/** What people do with maintenance windows. What a window covered so far stays explained, whatever becomes of it. */
import { randomUUID } from 'node:crypto'
import { StewardError } from '@steward/shared/errors'
import { endOf, nextSpans, runningSpan, spansOf } from '@steward/shared/maintenance'
import type { MaintenanceInput, MaintenanceWindow } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import { valuesOf, windowOf } from './maintenance.ts'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>
type Site = { id: string; timezone: string }
type By = { by: string; now: number }

const iso = (ms: number): string => new Date(ms).toISOString()
/** An agent takes a thousand; the rest is for those of the last day. */
const mostAhead = 500

/** Makes a window. One that recurs counts from now on, or from a later `since`. */
export async function addMaintenance(db: Db, site: Site, input: MaintenanceInput, it: By): Promise<MaintenanceWindow> {
  const window = readyWindow(randomUUID(), site, input, it.now)
  const { ahead } = await db
    .selectFrom('maintenance')
    .select((row) => row.fn.countAll<number>().as('ahead'))
    .where('site', '=', site.id)
    .where('to_at', '>', it.now)
    .executeTakeFirstOrThrow()
  if (ahead >= mostAhead) {
    throw new StewardError('input/conflict', `This site has ${mostAhead} maintenance windows ahead; remove some first.`)
  }
  await insert(db, site, window, it.by)
  return window
}

/** Changes a window that is not over. Where it has begun, what it covered stays as a window of its own. */
export async function changeMaintenance(
  db: Db,
  site: Site,
  id: string,
  input: MaintenanceInput,
  it: By,
): Promise<MaintenanceWindow> {
  return db.transaction().execute(async (within) => {
    const before = await needWindow(within, site, id)
    if (isOver(before, site, it.now)) {
      throw new StewardError('input/conflict', 'This maintenance window is over; make a new one.')
    }
    const after = readyWindow(id, site, input, it.now)
    if (!hasBegun(before, site, it.now)) {
      await update(within, site, after)
      return after
    }
    if (after.to !== undefined && Date.parse(after.to) <= it.now) {
      throw new StewardError('input/invalid', 'to: this lies in the past; end the window instead.')
    }
    await insert(within, site, { ...endedAt(before, it.now), id: randomUUID() }, it.by)
    const rest = after.from === undefined ? after : { ...after, from: iso(Math.max(it.now, Date.parse(after.from))) }
    await update(within, site, rest)
    return rest
  })
}

/** Ends what is under way of a window now; one that recurs comes again. */
export async function endMaintenance(db: Db, site: Site, id: string, now: number): Promise<MaintenanceWindow> {
  return db.transaction().execute(async (within) => {
    const window = await needWindow(within, site, id)
    const running = runningSpan(window, site.timezone, now)
    if (running === null) {
      throw new StewardError('input/conflict', 'Nothing of this maintenance window is under way now.')
    }
    const at = iso(Math.max(now, running.from + 1))
    const ended = window.repeats === undefined ? { ...window, to: at } : { ...window, cuts: lastCuts(window, at) }
    await update(within, site, ended)
    return ended
  })
}

/** Takes a window away. One that has begun and is not over ends for good instead. */
export async function removeMaintenance(db: Db, site: Site, id: string, now: number): Promise<void> {
  await db.transaction().execute(async (within) => {
    const window = await needWindow(within, site, id)
    if (hasBegun(window, site, now) && !isOver(window, site, now)) await update(within, site, endedAt(window, now))
    else await within.deleteFrom('maintenance').where('site', '=', site.id).where('id', '=', id).execute()
  })
}

function lastCuts({ cuts }: MaintenanceWindow, at: string): string[] {
  return [...cuts, at].slice(-500)
}

function readyWindow(id: string, { timezone }: Site, input: MaintenanceInput, now: number): MaintenanceWindow {
  const { repeats } = input
  if (repeats === undefined) {
    const window = { ...input, id, cuts: [] }
    if (spansOf(window, timezone, { from: 0, to: Number.MAX_SAFE_INTEGER }).length > 0) return window
    throw new StewardError('input/invalid', 'to: the end must be after the beginning.')
  }
  const since = iso(Math.max(now, repeats.since === undefined ? now : Date.parse(repeats.since)))
  const window = { ...input, id, cuts: [], repeats: { ...repeats, since } }
  const running = runningSpan(window, timezone, now)
  if (running === null && nextSpans(window, timezone, now, 1).length === 0) {
    throw new StewardError(
      'input/invalid',
      'repeats: this never takes place from now on; look at its days and its end.',
    )
  }
  return window
}

/** A window that has begun, as if it had been made to end now. */
function endedAt(window: MaintenanceWindow, now: number): MaintenanceWindow {
  const { repeats } = window
  return repeats === undefined ? { ...window, to: iso(now) } : { ...window, repeats: { ...repeats, until: iso(now) } }
}

function isOver(window: MaintenanceWindow, { timezone }: Site, now: number): boolean {
  const end = endOf(window, timezone)
  return end !== null && end <= now
}

function hasBegun(window: MaintenanceWindow, { timezone }: Site, now: number): boolean {
  const since = window.repeats?.since
  const from = since === undefined ? 0 : Date.parse(since)
  return spansOf(window, timezone, { from, to: now }).length > 0
}

async function needWindow(db: Db, site: Site, id: string): Promise<MaintenanceWindow> {
  const row = await db
    .selectFrom('maintenance')
    .selectAll()
    .where('site', '=', site.id)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new StewardError('input/not-found', 'There is no such maintenance window.')
  return windowOf(row)
}

async function insert(db: Db, site: Site, window: MaintenanceWindow, by: string): Promise<void> {
  const row = { id: window.id, site: site.id, created_by: by, ...valuesOf(window) }
  await db.insertInto('maintenance').values(row).execute()
}

async function update(db: Db, site: Site, window: MaintenanceWindow): Promise<void> {
  await db
    .updateTable('maintenance')
    .set(valuesOf(window))
    .where('site', '=', site.id)
    .where('id', '=', window.id)
    .execute()
}
