import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { BatchEnvelope } from '@steward/shared/wire'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepStore } from './keeper.ts'
import { openReserve } from './reserve.ts'
import { type Item, openStore, type Store } from './store.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-keeper-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A real store on a disk that is as full as the test says: `room` items fit into one commit. */
function onDisk(): { store: Store; disk: { room: number } } {
  const limits = { maxBytes: 64e6, maxAgeMs: 86_400_000, maxBatchBytes: 900_000, maxRecords: 4990 }
  const { store } = openStore(join(folder, 'outbox.db'), limits)
  const disk = { room: Number.POSITIVE_INFINITY }
  const append: Store['append'] = (items, state, acknowledged) => {
    if (items.length > disk.room) throw new Error('database or disk is full')
    store.append(items, state, acknowledged)
    disk.room -= items.length
  }
  return { store: { ...store, append }, disk }
}

const now = Date.now()
const sample = (n: number): Item => ({ queue: 'samples', at: now + n, body: `{"type":"samples","at":${now + n}}` })
const state = (n: number): Item => ({ queue: 'others', at: now + n, body: `{"type":"state","at":${now + n}}` })

test('with a full disk what matters is kept and sent first, samples follow when there is room', async () => {
  const { store, disk } = onDisk()
  const reserve = openReserve(join(folder, 'outbox.db'))
  reserve.restore()
  const held = join(folder, 'outbox.db.reserve')
  expect(existsSync(held)).toBe(true)
  const problems: (string | null)[] = []
  let committed = 0
  const keeper = keepStore(store, reserve, {
    committed: (bytes) => {
      committed += bytes
    },
    problem: (message) => void problems.push(message),
  })
  disk.room = 30
  keeper.append(
    [...Array.from({ length: 500 }, (_, i) => sample(i)), state(1000), state(1001)],
    { state: 'memory' },
    true,
  )
  const batch = keeper.take(900_000)
  const sent = (it: typeof batch) =>
    it === null ? [] : BatchEnvelope.parse(JSON.parse(gunzipSync(it.body).toString('utf8'))).records
  expect(sent(batch)).toEqual([
    { type: 'state', at: now + 1000 },
    { type: 'state', at: now + 1001 },
  ])
  expect(existsSync(held)).toBe(false)
  expect(store.savedState()).toEqual({ state: 'memory' })
  expect(problems).toEqual(['database or disk is full'])
  expect(keeper.acknowledge(batch?.epoch ?? '', batch?.seq ?? 0, batch?.seq ?? 0)).toBe(true)

  disk.room = 100_000
  await new Promise<void>((resolve) => keeper.flush(resolve))
  expect(problems).toEqual(['database or disk is full', null])
  const rest = keeper.take(900_000)
  expect(sent(rest)).toHaveLength(500)
  const all = [...Array.from({ length: 500 }, (_, i) => sample(i)), state(1000), state(1001)]
  expect(committed).toBe(all.reduce((sum, it) => sum + it.body.length, 0))
  keeper.close()
})
