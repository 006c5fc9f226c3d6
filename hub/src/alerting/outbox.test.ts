import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { RecipientUpdate } from '@steward/shared/api'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/index.ts'
import type { KnownFault } from './decide/state.ts'
import { createEgress } from './egress.ts'
import { alertingMigrations } from './migrations.ts'
import { createRecipient, removeRecipient, updateRecipient } from './recipients.ts'
import { reconcileSite } from './reconcile.ts'
import type { AlertingTables } from './schema.ts'
import { createSeal } from './seal.ts'
import { type DeliveryWorker, startDeliveryWorker } from './worker.ts'

const seal = createSeal(randomBytes(32))
const egress = createEgress({ allowLoopback: true, timeoutMs: 2000 })
const site = { id: 'tower-a', name: 'Tower A', timezone: 'Asia/Shanghai' }

let base: Kysely<unknown>
let db: Kysely<AlertingTables>
let receiver: { server: Server; url: string; answers: number[]; got: { id: string; title: string }[] }
let clock = Date.UTC(2026, 2, 1)
let faults: KnownFault[] = []
const workers: DeliveryWorker[] = []

async function startReceiver(): Promise<typeof receiver> {
  const answers: number[] = []
  const got: { id: string; title: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (it) => {
      body += String(it)
    })
    request.on('end', () => {
      const status = answers.shift() ?? 200
      const { id, title } = JSON.parse(body)
      if (status === 200) got.push({ id, title })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return { server, url: `http://127.0.0.1:${port}/`, answers, got }
}

beforeEach(async () => {
  base = await openDatabase(':memory:', [{ room: 'alerting', migrations: alertingMigrations }])
  db = base.withTables<AlertingTables>()
  receiver = await startReceiver()
  faults = []
})

afterEach(async () => {
  await Promise.all(workers.splice(0).map((it) => it.stop()))
  receiver.server.closeAllConnections()
  await new Promise((resolve) => receiver.server.close(resolve))
  await db.destroy()
})

function start(node = 'a'): DeliveryWorker {
  const deps = {
    base,
    noteTold: async () => undefined,
    seal,
    now: () => clock,
    publicUrl: () => 'https://hub.example',
    context: { egress, now: () => clock, sendMail: async () => undefined },
    warn: () => undefined,
  }
  const worker = startDeliveryWorker(deps, node)
  workers.push(worker)
  return worker
}

const people = (over: object = {}) =>
  createRecipient(
    db,
    seal,
    {
      name: 'duty',
      target: { channel: 'webhook', url: receiver.url },
      minLevel: 'L4',
      sites: [],
      language: 'en',
      enabled: true,
      ...over,
    },
    clock,
  )

function fault(id: string, over: Partial<KnownFault> = {}): KnownFault {
  const device = { id, name: id }
  const text = { zh: '', en: '' }
  const rest = { openedAt: clock, closedAt: null, affected: [], incident: null, maintenance: false, systems: [] }
  return { id, device, level: 'L3', kind: 'down', reason: text, ...rest, ...over }
}

async function reconcile(): Promise<number> {
  const known = async () => ({ site, customer: 'acme', faults })
  return (await reconcileSite(base, { site: site.id, now: clock, faults: known })).written
}

async function rows() {
  return db.selectFrom('alert_deliveries').selectAll().orderBy('seq').execute()
}

async function settled(states: string[]): Promise<void> {
  await expect
    .poll(async () => (await rows()).map((it) => `${it.recipient_name} ${it.event} ${it.state}`), { timeout: 10_000 })
    .toEqual(states)
}

test('one transaction: what is decided is in the outbox, once, and reaches whom it concerns', async () => {
  await people()
  await people({ name: 'l1 only', minLevel: 'L1' })
  await people({ name: 'elsewhere', sites: ['other'] })
  await people({ name: 'off', enabled: false })
  faults = [fault('cam-7')]
  expect(await reconcile()).toBe(1)
  expect(await reconcile()).toBe(0)
  start()
  await settled(['duty opened sent'])
  expect(receiver.got).toHaveLength(1)
})

test('a closing goes to those who were told, whatever its level, and after the opening', async () => {
  await people({ minLevel: 'L2' })
  faults = [fault('a', { level: 'L2' }), fault('b')]
  await reconcile()
  faults = faults.map((it) => ({ ...it, level: 'L4', closedAt: clock }))
  await reconcile()
  start()
  await settled(['duty opened sent', 'duty closed sent'])
  expect(receiver.got.map((it) => it.title.slice(0, 1))).toEqual(['⚠', '✅'])
})

test('a failed attempt is repeated later with the same id, and what follows waits its turn', async () => {
  await people()
  receiver.answers.push(500, 500)
  faults = [fault('a')]
  await reconcile()
  faults = [fault('a', { closedAt: clock })]
  const worker = start()
  await expect.poll(async () => (await rows())[0]?.attempts).toBe(1)
  await expect.poll(async () => (await rows())[0]?.error).toMatch(/HTTP 500/)
  await reconcile()
  worker.wake()
  await expect.poll(async () => (await rows())[0]?.attempts).toBe(2)
  clock += 60_000
  worker.wake()
  await settled(['duty opened sent', 'duty closed sent'])
  expect(receiver.got.map((it) => it.title.includes('Restored'))).toEqual([false, true])
})

test('given up after a day, and told so', async () => {
  await people()
  receiver.answers.push(...Array(100).fill(503))
  faults = [fault('a')]
  await reconcile()
  const worker = start()
  for (let tries = 1; (await rows())[0]?.state === 'pending'; tries++) {
    await expect.poll(async () => (await rows())[0]?.lease_until).toBeNull()
    const due = (await rows())[0]?.next_attempt_at
    if (typeof due === 'number') clock = Math.max(clock, due)
    worker.wake()
    await expect.poll(async () => Number((await rows())[0]?.attempts) >= tries).toBe(true)
  }
  await settled(['duty opened failed'])
  expect((await rows())[0]?.attempts).toBeGreaterThan(50)
})

test('killed while sending: sent again by its next start, or by another node when the lease has run out', async () => {
  await people()
  faults = [fault('a')]
  await reconcile()
  const [row] = await rows()
  const lease = { lease_until: clock + 90_000, next_attempt_at: clock + 90_000, lease_by: 'b' }
  await db.updateTable('alert_deliveries').set(lease).execute()
  const worker = start('a')
  worker.wake()
  await worker.stop()
  expect(receiver.got).toEqual([])
  start('b')
  await settled(['duty opened sent'])
  await db
    .updateTable('alert_deliveries')
    .set({ ...lease, state: 'pending' })
    .execute()
  clock += 90_000
  start('a')
  await settled(['duty opened sent'])
  expect(receiver.got.map((it) => it.id)).toEqual([row?.id, row?.id])
})

test('two workers on one outbox send each delivery once', async () => {
  for (let count = 0; count < 5; count++) await people({ name: `duty-${count}` })
  faults = Array.from({ length: 20 }, (_, index) => fault(`cam-${index}`))
  await reconcile()
  start('a')
  start('b')
  await expect.poll(async () => (await rows()).every((it) => it.state === 'sent'), { timeout: 15_000 }).toBe(true)
  expect(new Set(receiver.got.map((it) => it.id)).size).toBe(100)
  expect(receiver.got).toHaveLength(100)
})

test('a corrected recipient gets what waited for it; a removed one is told as failed', async () => {
  const wrong = await people({ target: { channel: 'webhook', url: `${receiver.url}x` } })
  const gone = await people({ name: 'gone' })
  receiver.answers.push(404, 404)
  faults = [fault('a')]
  await reconcile()
  const worker = start()
  await expect.poll(async () => (await rows()).filter((it) => it.error !== null).length).toBe(2)
  await removeRecipient(db, gone.id)
  const target = { channel: 'webhook' as const, url: receiver.url }
  const change: RecipientUpdate = { name: 'right', minLevel: 'L4', sites: [], language: 'en', enabled: true, target }
  await updateRecipient(db, seal, wrong, change)
  clock += 60_000
  worker.wake()
  await settled(['right opened sent', 'gone opened failed'])
})

test('secrets are not readable in the store', async () => {
  await people({ target: { channel: 'webhook', url: `${receiver.url}?key=very-secret`, secret: 'hmac-secret' } })
  const text = JSON.stringify(await db.selectFrom('alert_recipients').selectAll().execute())
  expect(text).not.toMatch(/very-secret|hmac-secret/)
})
