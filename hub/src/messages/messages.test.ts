import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../db/index.ts'
import { inventoryMigrations } from '../inventory/index.ts'
import { forgetOldMessages } from './messages.ts'
import { messageMigrations } from './migrations.ts'
import type { MessageTables } from './schema.ts'

const dayMs = 86_400_000
const now = 1000 * dayMs
const row = (device: string, at: number) => ({
  ...{ site: 'tower', device, at, protocol: 'syslog', name: 'app', urgency: 6, text: '', fields: '{}', count: 1 },
})

test('messages are forgotten after 30 days, and of a device that never stops all but the newest 10,000', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-messages-'))
  const rooms = [
    { room: 'inventory', migrations: inventoryMigrations },
    { room: 'messages', migrations: messageMigrations },
  ]
  const all = await openDatabase(join(folder, 'hub.sqlite'), rooms)
  const db = all.withTables<MessageTables & { customers: object; sites: object }>()
  await db.insertInto('customers').values({ id: 'acme', name: 'Acme', contact: '', created_at: 0 }).execute()
  const site = { id: 'tower', customer: 'acme', name: 'Tower', timezone: 'Etc/UTC', address: '' }
  await db
    .insertInto('sites')
    .values({ ...site, settings: '{}', systems: '[]', created_at: 0 })
    .execute()
  const loud = Array.from({ length: 10_005 }, (_, i) => row('loud', now - 20_000 + i))
  for (let at = 0; at < loud.length; at += 1000)
    await db
      .insertInto('messages')
      .values(loud.slice(at, at + 1000))
      .execute()
  await db
    .insertInto('messages')
    .values([row('old', now - 31 * dayMs), row('quiet', now - 29 * dayMs)])
    .execute()
  await forgetOldMessages(all.withTables<MessageTables>(), now)
  const left = await db
    .selectFrom('messages')
    .select(['device', (it) => it.fn.countAll<number>().as('count'), (it) => it.fn.min('at').as('first')])
    .groupBy('device')
    .orderBy('device')
    .execute()
  expect(left).toEqual([
    { device: 'loud', count: 10_000, first: now - 20_000 + 5 },
    { device: 'quiet', count: 1, first: now - 29 * dayMs },
  ])
  await all.destroy()
  rmSync(folder, { recursive: true, force: true })
})
