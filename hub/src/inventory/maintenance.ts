/** Maintenance windows as they are stored and read: which there are, and whom they cover when. */
import { endOf, isMaintained, isWholeSite, runningSpan, type Span, spansOf } from '@steward/shared/maintenance'
import { type MaintenanceWindow, Repetition } from '@steward/shared/model'
import type { Kysely, Selectable } from 'kysely'
import { sql } from 'kysely'
import { z } from 'zod'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>
type Row = Selectable<InventoryTables['maintenance']>

const Names = z.array(z.string())
const Repeats = z.object({ repeats: Repetition, cuts: z.array(z.string()) })
const dayMs = 86_400_000
/** The last instant that there is. */
const never = 8_640_000_000_000_000
/** More than that no site can tell its agent. */
const mostWindows = 1000

export function windowOf(row: Row): MaintenanceWindow {
  const { id, reason } = row
  const scope = { devices: Names.parse(JSON.parse(row.devices)), systems: Names.parse(JSON.parse(row.systems)) }
  if (row.repeats !== null) return { id, ...scope, ...Repeats.parse(JSON.parse(row.repeats)), reason }
  const times = { from: new Date(row.from_at).toISOString(), to: new Date(row.to_at).toISOString() }
  return { id, ...scope, ...times, cuts: [], reason }
}

/** What is stored of a window; `from_at` and `to_at` enclose every time that it is under way. */
export function valuesOf(window: MaintenanceWindow): Omit<Row, 'id' | 'site' | 'created_by'> {
  const { repeats, cuts, reason } = window
  const common = { devices: JSON.stringify(window.devices), systems: JSON.stringify(window.systems), reason }
  if (repeats === undefined) {
    return { ...common, from_at: Date.parse(window.from ?? ''), to_at: Date.parse(window.to ?? ''), repeats: null }
  }
  const lastDayMs = repeats.every === 'week' ? never : Math.max(...repeats.dates.map((it) => Date.parse(it)))
  const longestMs = 9 * dayMs
  const until = repeats.until === undefined ? never : Date.parse(repeats.until)
  return {
    ...common,
    from_at: repeats.since === undefined ? 0 : Date.parse(repeats.since),
    to_at: Math.min(until, lastDayMs + longestMs),
    repeats: JSON.stringify({ repeats, cuts }),
  }
}

/** The windows of a site, earliest first; of very many the last ones. */
export async function listMaintenance(db: Db, site: string, over?: Span): Promise<MaintenanceWindow[]> {
  let query = db.selectFrom('maintenance').selectAll().where('site', '=', site)
  if (over !== undefined) query = query.where('from_at', '<', over.to).where('to_at', '>', over.from)
  const rows = await query.orderBy('to_at', 'desc').orderBy('id').limit(mostWindows).execute()
  return rows.sort((a, b) => a.from_at - b.from_at || (a.id < b.id ? -1 : 1)).map(windowOf)
}

/** The windows that an agent must know at a time: those that are not long over. */
export async function windowsForAgent(
  db: Db,
  site: { id: string; timezone: string },
  now: number,
): Promise<MaintenanceWindow[]> {
  const windows = await listMaintenance(db, site.id, { from: now - dayMs, to: never })
  return windows.filter((it) => (endOf(it, site.timezone) ?? never) > now - dayMs)
}

/** Who is under maintenance: `all` for the whole site. */
export type Maintained = { all: boolean; devices: ReadonlySet<string> }

/** Tells who of a site is under maintenance, for any instants of a span (for all of time, where none is given). */
export async function readMaintenance(db: Db, site: string, over?: Span): Promise<(at: number) => Maintained> {
  const windows = await resolved(db, site, await listMaintenance(db, site, over))
  const told = new Map<number, Maintained>()
  const read = (at: number): Maintained => {
    const running = windows.filter((it) => runningSpan(it.window, it.timezone, at) !== null)
    return {
      all: running.some((it) => isWholeSite(it.window)),
      devices: new Set(running.flatMap((it) => it.devices)),
    }
  }
  return (at) => {
    const known = told.get(at) ?? read(at)
    told.set(at, known)
    return known
  }
}

/** The devices of a site that are under maintenance at a time. */
export async function underMaintenance(db: Db, site: string, at: number): Promise<Maintained> {
  return (await readMaintenance(db, site, { from: at, to: at + 1 }))(at)
}

/** Every time of a span at which something was under maintenance; `devices` empty: the whole site. */
export async function maintenanceSpans(db: Db, site: string, span: Span): Promise<(Span & { devices: string[] })[]> {
  const windows = await resolved(db, site, await listMaintenance(db, site, span))
  return windows.flatMap(({ window, timezone, devices }) =>
    // A window for a system that nobody serves is for nobody, and not for the whole site.
    devices.length === 0 && !isWholeSite(window)
      ? []
      : spansOf(window, timezone, span).map((it) => ({ ...it, devices })),
  )
}

type Resolved = { window: MaintenanceWindow; timezone: string; devices: string[] }

/** Windows with the devices that they are for (none: the whole site) and the zone of their local times. */
async function resolved(db: Db, site: string, windows: readonly MaintenanceWindow[]): Promise<Resolved[]> {
  if (windows.length === 0) return []
  const found = await db.selectFrom('sites').select('timezone').where('id', '=', site).executeTakeFirst()
  const timezone = found?.timezone ?? 'UTC'
  const devices = windows.some((it) => it.systems.length > 0) ? await servingDevices(db, site) : []
  return windows.map((window) => {
    if (window.systems.length === 0) return { window, timezone, devices: window.devices }
    const serving = devices.filter((it) => isMaintained(window, it)).map((it) => it.id)
    return { window, timezone, devices: [...new Set([...window.devices, ...serving])] }
  })
}

const Serves = z.array(z.object({ function: z.string() }))

async function servingDevices(db: Db, site: string) {
  const rows = await db
    .selectFrom('devices')
    .select(['id', sql<string | null>`json_extract(config, '$.serves')`.as('serves')])
    .where('site', '=', site)
    .execute()
  return rows.map(({ id, serves }) => ({ id, serves: Serves.parse(JSON.parse(serves ?? '[]')) }))
}
