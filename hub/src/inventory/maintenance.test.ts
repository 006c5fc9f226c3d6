import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MaintenanceInput } from '@steward/shared/model'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/index.ts'
import { addMaintenance, changeMaintenance, endMaintenance, removeMaintenance } from './change-maintenance.ts'
import { listMaintenance, maintenanceSpans, readMaintenance, windowsForAgent } from './maintenance.ts'
import { inventoryMigrations } from './migrations.ts'
import type { InventoryTables } from './schema.ts'

const site = { id: 'tower', timezone: 'Europe/Berlin' }
const at = (local: string): number => Date.parse(`${local}:00+01:00`)
const iso = (local: string): string => new Date(at(local)).toISOString()

let folder: string
let db: Kysely<InventoryTables>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-inventory-'))
  db = await open(inventoryMigrations)
  await db.insertInto('customers').values({ id: 'acme', name: 'Acme', contact: '', created_at: 0 }).execute()
  const words = { name: 'Tower', customer: 'acme', address: '', settings: '{}', systems: '[]', created_at: 0 }
  await db
    .insertInto('sites')
    .values({ ...site, ...words })
    .execute()
  for (const [id, serves] of [
    ['cam-1', [{ function: 'cctv/view' }]],
    ['core', []],
  ] as const) {
    const rest = { site: site.id, name: id, kind: 'other', address: null, enabled: 1, created_at: 0, state: 'up' }
    const told = { since: null, reason: null, identity: '{}', secret: 'unknown' }
    await db
      .insertInto('devices')
      .values({ id, config: JSON.stringify({ id, serves }), ...rest, ...told })
      .execute()
  }
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

async function open(migrations: typeof inventoryMigrations): Promise<Kysely<InventoryTables>> {
  const base = await openDatabase(join(folder, 'hub.sqlite'), [{ room: 'inventory', migrations }])
  return base.withTables<InventoryTables>()
}

const add = (input: object, now: string) =>
  addMaintenance(db, site, MaintenanceInput.parse(input), { by: 'Lin', now: at(now) })

test('a window from before windows recurred is what it was', async () => {
  await db.destroy()
  rmSync(join(folder, 'hub.sqlite'))
  const [first = ''] = Object.keys(inventoryMigrations)
  db = await open(Object.fromEntries(Object.entries(inventoryMigrations).filter(([name]) => name === first)))
  await db.insertInto('customers').values({ id: 'acme', name: 'Acme', contact: '', created_at: 0 }).execute()
  const words = { name: 'Tower', customer: 'acme', address: '', settings: '{}', systems: '[]', created_at: 0 }
  await db
    .insertInto('sites')
    .values({ ...site, ...words })
    .execute()
  await sql`insert into maintenance (id, site, devices, from_at, to_at, reason, created_by)
    values ('old', 'tower', '["core"]', 1000, 2000, 'r', 'Lin')`.execute(db)
  await db.destroy()
  db = await open(inventoryMigrations)
  const times = { from: '1970-01-01T00:00:01.000Z', to: '1970-01-01T00:00:02.000Z' }
  expect(await listMaintenance(db, site.id)).toEqual([
    { id: 'old', devices: ['core'], systems: [], ...times, cuts: [], reason: 'r' },
  ])
  const under = await readMaintenance(db, site.id)
  expect([...under(1500).devices, ...under(2000).devices]).toEqual(['core'])
})

const nightly = { every: 'week', days: [1, 2, 3, 4, 5, 6, 7], fromTime: '22:00', toTime: '02:00' }

test('every time of a window is counted, for those who serve its system', async () => {
  const { id } = await add({ systems: ['cctv'], repeats: nightly }, '2026-11-24T12:00')
  await add({ systems: ['nobody-serves-it'], repeats: nightly }, '2026-11-24T12:00')
  await endMaintenance(db, site, id, at('2026-11-25T01:00'))
  const week = { from: at('2026-11-23T00:00'), to: at('2026-11-26T12:00') }
  expect(await maintenanceSpans(db, site.id, week)).toEqual([
    { from: at('2026-11-24T22:00'), to: at('2026-11-25T01:00'), devices: ['cam-1'] },
    { from: at('2026-11-25T22:00'), to: at('2026-11-26T02:00'), devices: ['cam-1'] },
  ])
  const under = await readMaintenance(db, site.id)
  expect(under(at('2026-11-25T23:00'))).toEqual({ all: false, devices: new Set(['cam-1']) })
  expect(under(at('2026-11-25T01:30'))).toEqual({ all: false, devices: new Set() })
})

test('what a running window covered stays when it is changed; lengthening it adds to it', async () => {
  const input = { devices: ['core'], from: iso('2026-11-24T10:00'), to: iso('2026-11-24T12:00') }
  const { id } = await add(input, '2026-11-24T09:00')
  const longer = MaintenanceInput.parse({ ...input, devices: ['cam-1'], to: iso('2026-11-24T14:00') })
  await changeMaintenance(db, site, id, longer, { by: 'Wu', now: at('2026-11-24T11:00') })
  const day = { from: at('2026-11-24T00:00'), to: at('2026-11-25T00:00') }
  expect(await maintenanceSpans(db, site.id, day)).toEqual([
    { from: at('2026-11-24T10:00'), to: at('2026-11-24T11:00'), devices: ['core'] },
    { from: at('2026-11-24T11:00'), to: at('2026-11-24T14:00'), devices: ['cam-1'] },
  ])
  const over = { ...longer, to: iso('2026-11-24T11:30') }
  await expect(changeMaintenance(db, site, id, over, { by: 'Wu', now: at('2026-11-24T12:00') })).rejects.toThrow(/past/)
  await expect(changeMaintenance(db, site, id, longer, { by: 'Wu', now: at('2026-11-24T15:00') })).rejects.toThrow(
    /over/,
  )
})

test('an agent is told of what is not long over', async () => {
  await add(
    { repeats: { every: 'date', dates: ['2026-11-25'], fromTime: '08:00', toTime: '10:00' } },
    '2026-11-24T12:00',
  )
  const { id } = await add({ repeats: nightly }, '2026-11-24T12:00')
  const told = async (now: string) => (await windowsForAgent(db, site, at(now))).length
  expect(await told('2026-11-24T12:00')).toBe(2)
  expect(await told('2026-11-26T09:00')).toBe(2)
  expect(await told('2026-11-26T11:00')).toBe(1)
  await removeMaintenance(db, site, id, at('2026-11-26T11:00'))
  expect(await told('2026-11-26T12:00')).toBe(1)
  expect(await told('2026-11-28T12:00')).toBe(0)
})
