import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { auditMigrations, createAudit } from '../audit/index.ts'
import { openDatabase } from '../db/index.ts'
import { createHubEvents } from '../events.ts'
import { createInventory } from './inventory.ts'
import { inventoryMigrations } from './migrations.ts'
import { fileState, statesOf } from './reports.ts'
import { forgetOldStates } from './upkeep.ts'

const dayMs = 86_400_000
const reason = { zh: '', en: '' }

test('states are forgotten after 400 days, the younger ones stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-upkeep-'))
  const now = () => 1000 * dayMs
  const db = await openDatabase(join(folder, 'hub.sqlite'), [
    { room: 'audit', migrations: auditMigrations },
    { room: 'inventory', migrations: inventoryMigrations },
  ])
  const events = createHubEvents(() => undefined)
  const platform = { db, now, events, audit: createAudit(db, now), log: pino({ level: 'silent' }), dataDir: folder }
  const inventory = createInventory(platform, {
    faultFiguresOf: async () => new Map(),
    deviceFaultsOf: async () => new Map(),
    agentsOf: async () => new Map(),
    capabilitiesOf: async () => [],
    problemsOf: async () => [],
  })
  const days = [500, 599, 601, 999]
  for (const day of days)
    await fileState(inventory.db, { site: 's', device: 'd', at: day * dayMs, state: 'up', reason })
  expect(await forgetOldStates(inventory)).toBe(2)
  expect((await statesOf(inventory.db, 's', 'd', 0)).map((it) => it.at / dayMs)).toEqual([601, 999])
  expect(await forgetOldStates(inventory)).toBe(0)
  await db.destroy()
  rmSync(folder, { recursive: true })
})
