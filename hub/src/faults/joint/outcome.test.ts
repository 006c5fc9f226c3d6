import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../db/index.ts'
import { fleetMigrations } from '../../fleet/index.ts'
import { type InventoryTables, inventoryMigrations } from '../../inventory/index.ts'
import { faultMigrations } from '../migrations.ts'
import type { FaultsDb } from '../rows.ts'
import type { FaultTables } from '../schema.ts'
import { fileOutcome } from './outcome.ts'
import { allAt, anySeen, end, inOrderOf, turns } from './two-agents.test-site.ts'

const folder = mkdtempSync(join(tmpdir(), 'steward-outcome-'))
let db: FaultsDb
let sites = 0

beforeAll(async () => {
  const all = await openDatabase(join(folder, 'hub.sqlite'), [
    { room: 'inventory', migrations: inventoryMigrations },
    { room: 'fleet', migrations: fleetMigrations },
    { room: 'faults', migrations: faultMigrations },
  ])
  db = all.withTables<FaultTables & InventoryTables>()
  await db.insertInto('customers').values({ id: 'acme', name: 'Acme', contact: '', created_at: 0 }).execute()
})
afterAll(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true })
})

async function newSite(): Promise<string> {
  sites += 1
  const id = `site-${sites}`
  const more = { timezone: 'UTC', address: '', settings: '{}', systems: '[]', created_at: 0 }
  await db
    .insertInto('sites')
    .values({ id, name: id, customer: 'acme', ...more })
    .execute()
  return id
}

/** What stands of a site's faults and their history, without the site's name; but those that were disproved. */
async function standing(site: string, disproved: ReadonlySet<string>) {
  const faults = await db.selectFrom('faults').selectAll().where('site', '=', site).orderBy('id').execute()
  const lines = await db
    .selectFrom('fault_events')
    .innerJoin('faults', 'faults.id', 'fault_events.fault')
    .select(['fault', 'at', 'event', 'fault_events.level', 'fault_events.kind', 'fault_events.reason'])
    .where('faults.site', '=', site)
    .orderBy('fault')
    .orderBy('at')
    .orderBy('event')
    .execute()
  const own = (id: string) => !disproved.has(id)
  const text = JSON.stringify([faults.filter((it) => own(it.id)), lines.filter((it) => own(it.fault))])
  return JSON.parse(text.replaceAll(`${site}~`, '').replaceAll(`"${site}"`, '"site"'))
}

test('whatever the order of delivery, the same stands in the end; what was disproved is closed, and nothing is open', async () => {
  await fc.assert(
    fc.asyncProperty(anySeen, turns, async (seen, order) => {
      const [once, bit] = [await newSite(), await newSite()]
      const { events } = await allAt(seen, end)
      await fileOutcome(db, { site: once, base: { at: 0, snapshot: null }, events, now: end })
      for await (const { from, judgement, now } of inOrderOf(seen, order)) {
        await fileOutcome(db, { site: bit, base: from, events: judgement.events, now })
        // Filed again, it is there once and no news.
        expect(await fileOutcome(db, { site: bit, base: from, events: judgement.events, now })).toEqual([])
      }
      const real = new Set(events.map((it) => it.fault.replaceAll('@', '~')))
      const rows = await db.selectFrom('faults').select(['id', 'closed_at']).where('site', '=', bit).execute()
      const disproved = rows.filter((it) => !real.has(it.id.slice(bit.length + 1)))
      expect(rows.filter((it) => it.closed_at === null)).toEqual([])
      expect(await standing(bit, new Set(disproved.map((it) => it.id)))).toEqual(await standing(once, new Set()))
    }),
    { numRuns: 40 },
  )
})
