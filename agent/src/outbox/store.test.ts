import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentRecord } from '@steward/shared/wire'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { StoredBatch } from './batches.ts'
import { type Item, openStore, type Store, type StoreLimits } from './store.ts'

const limits: StoreLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxAgeMs: 86_400_000,
  maxBatchBytes: 900_000,
  maxRecords: 4990,
}
const records = (batch: StoredBatch | null): AgentRecord[] =>
  batch === null ? [] : z.array(AgentRecord).parse(JSON.parse(`[${batch.body}]`))

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-store-'))
  file = join(folder, 'outbox.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (over: Partial<StoreLimits> = {}): Store => openStore(file, { ...limits, ...over }).store

function settle(store: Store, now: number): void {
  let isMore = true
  while (isMore) isMore = store.keepHouse(now)
}

function sample(at: number, width = 3): Item {
  const values = Object.fromEntries(Array.from({ length: width }, (_, i) => [`if.${i}.in`, (at * 7919 + i) % 1000]))
  return { queue: 'samples', at, body: JSON.stringify({ type: 'samples', at, device: 'sw-1', values }) }
}

function other(at: number): Item {
  const body = JSON.stringify({ type: 'audit', at, action: 'grant/given', who: 'Li', detail: {} })
  return { queue: 'others', at, body }
}

function fault(at: number): Item {
  const reason = { zh: '无应答', en: 'does not answer' }
  const event = {
    at,
    fault: `cam~${at}`,
    event: 'opened',
    cause: 'cam',
    kind: 'down',
    level: 'L3',
    affected: [],
    functions: {},
  }
  return {
    queue: 'faults',
    at,
    body: JSON.stringify({ type: 'fault', at, event: { ...event, incident: null, reason } }),
  }
}

/** A hub: stores each number once and acknowledges; `lost` is what the agent says that it dropped. */
function makeHub() {
  const seen = new Map<string, string>()
  const highest = new Map<string, number>()
  const stored: AgentRecord[] = []
  return {
    stored,
    highest: (epoch: string) => highest.get(epoch) ?? 0,
    knows: (batch: StoredBatch) => (highest.get(batch.epoch) ?? 0) >= batch.seq,
    receive(batch: StoredBatch): number {
      const number = `${batch.epoch}/${batch.seq}`
      const before = seen.get(number)
      if (before !== undefined) expect(batch.body).toBe(before)
      seen.set(number, batch.body)
      const known = highest.get(batch.epoch) ?? 0
      if (batch.seq > known) {
        highest.set(batch.epoch, batch.seq)
        stored.push(...records(batch))
      }
      return Math.max(known, batch.seq)
    },
    drain(store: Store, now: number): void {
      for (;;) {
        const batch = store.take(900_000, now)
        if (batch === null) return
        store.append([], null, { epoch: batch.epoch, seq: this.receive(batch) })
      }
    },
    lost: () => stored.flatMap((it) => (it.type === 'lost' ? [it] : [])),
    times: (type: AgentRecord['type']) =>
      stored.flatMap((it) => (it.type === type ? [it.at] : [])).sort((a, b) => a - b),
  }
}

describe('the order of sending', () => {
  test('faults first, then the rest, then samples', () => {
    const store = open()
    store.append([sample(1), other(2), sample(3), fault(4)], null, null)
    expect(records(store.take(900_000, 10)).map((it) => it.at)).toEqual([4, 2, 1, 3])
    store.close()
  })

  test('a number means the same records until it is acknowledged, also after a restart and whatever comes meanwhile', () => {
    let store = open()
    store.append([sample(1)], null, null)
    const first = store.take(900_000, 10)
    store.append([fault(2)], null, null)
    expect(store.take(900_000, 11)).toEqual(first)
    store.close()
    store = open()
    expect(store.take(900_000, 12)).toEqual(first)
    store.append([], null, { epoch: first?.epoch ?? '', seq: first?.seq ?? 0 })
    const second = store.take(900_000, 13)
    expect(second).toMatchObject({ epoch: first?.epoch, seq: 2 })
    expect(records(second).map((it) => it.at)).toEqual([2])
    store.close()
  })

  test('after a long gap the newest go before the packed old ones, and the gap is filled all the same', () => {
    const store = open()
    for (let at = 0; at < 20_000; at += 500) {
      store.append(
        Array.from({ length: 500 }, (_, i) => sample(at + i, 10)),
        null,
        null,
      )
      settle(store, 20_000)
    }
    const plain = Array.from({ length: 20_000 }, (_, at) => Buffer.byteLength(sample(at, 10).body)).reduce(
      (a, b) => a + b,
    )
    expect(store.totals().bytes).toBeLessThan(plain / 3)
    const live = sample(1_000_000)
    store.append([live], null, null)
    expect(records(store.take(16_000, 1)).map((it) => it.at)).toContain(1_000_000)
    const hub = makeHub()
    hub.drain(store, 1)
    expect(hub.times('samples')).toEqual([...Array.from({ length: 20_000 }, (_, at) => at), 1_000_000])
    expect(store.totals()).toEqual({ records: 0, bytes: 0, oldestAt: null })
    store.close()
  })
})

describe('bounds', () => {
  test('when full the oldest samples go first and faults last, and it says how much went', () => {
    const store = open({ maxBytes: 300_000 })
    for (let at = 0; at < 3000; at += 100) {
      const items = Array.from({ length: 100 }, (_, i) => sample(at + i, 10))
      store.append([...items, other(at), fault(at)], null, null)
      store.keepHouse(3000)
      expect(store.totals().bytes).toBeLessThanOrEqual(300_000)
    }
    const hub = makeHub()
    hub.drain(store, 5000)
    expect(hub.times('fault')).toHaveLength(30)
    expect(hub.times('audit')).toHaveLength(30)
    const [lost, ...more] = hub.lost()
    expect(more).toEqual([])
    expect(lost).toMatchObject({ what: 'samples', from: 0 })
    const kept = hub.times('samples')
    expect(kept.length + (lost?.records ?? 0)).toBe(3000)
    expect(kept.at(-1)).toBe(2999)
    expect(kept[0]).toBeGreaterThanOrEqual(lost?.to ?? Number.POSITIVE_INFINITY)
    store.close()
  })

  test('faults go only when nothing else is left', () => {
    const store = open({ maxBytes: 20_000 })
    store.append([sample(1), other(2)], null, null)
    for (let at = 10; at < 210; at += 1) store.append([fault(at)], null, null)
    const hub = makeHub()
    hub.drain(store, 5000)
    expect(
      hub
        .lost()
        .map((it) => it.what)
        .sort(),
    ).toEqual(['faults', 'other', 'samples'])
    expect(hub.times('samples')).toEqual([])
    expect(hub.times('fault').at(-1)).toBe(209)
    store.close()
  })

  test('what is too old goes', () => {
    const store = open({ maxAgeMs: 1000 })
    store.append([sample(1), sample(5000), fault(2), fault(5001)], null, null)
    settle(store, 5500)
    const hub = makeHub()
    hub.drain(store, 5500)
    expect(hub.times('samples')).toEqual([5000])
    expect(hub.times('fault')).toEqual([5001])
    expect(hub.lost()).toHaveLength(2)
    store.close()
  })

  test('a batch under way is not touched by either bound', () => {
    const store = open({ maxBytes: 5000, maxAgeMs: 10 })
    store.append([sample(1)], null, null)
    const batch = store.take(900_000, 2)
    for (let at = 10; at < 100; at += 1) store.append([sample(at)], null, null)
    settle(store, 100_000)
    expect(store.take(900_000, 3)).toEqual(batch)
    store.close()
  })
})

describe('refused batches', () => {
  test('one bad record is found and left out, the others arrive', () => {
    const store = open()
    store.append(
      Array.from({ length: 100 }, (_, i) => sample(i)),
      null,
      null,
    )
    const arrived: number[] = []
    for (;;) {
      const batch = store.take(900_000, 200)
      if (batch === null) break
      const inside = records(batch)
      if (inside.some((it) => it.at === 63)) store.refuse(batch.epoch, batch.seq, 200)
      else {
        arrived.push(...inside.flatMap((it) => (it.type === 'samples' ? [it.at] : [])))
        store.append([], null, { epoch: batch.epoch, seq: batch.seq })
      }
    }
    expect(arrived.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i).filter((it) => it !== 63))
    store.close()
  })
})

test('a file from an older copy of the machine begins a new epoch, and loses nothing', () => {
  let store = open()
  store.append([sample(1)], null, null)
  const hub = makeHub()
  hub.drain(store, 1)
  store.close()
  copyFileSync(file, `${file}.copy`)
  store = open()
  for (const at of [2, 3, 4]) {
    store.append([sample(at)], null, null)
    hub.drain(store, at)
  }
  store.close()
  copyFileSync(`${file}.copy`, file)
  store = open()
  store.append([sample(5)], null, null)
  const batch = store.take(900_000, 6)
  if (batch === null) throw new Error('nothing waits')
  expect(hub.highest(batch.epoch)).toBeGreaterThan(batch.seq)
  store.beginEpoch()
  hub.drain(store, 7)
  expect(hub.times('samples')).toEqual([1, 2, 3, 4, 5])
  store.close()
})

test('records and the state that belongs to them are there together after a restart', () => {
  let store = open()
  expect(store.savedState()).toEqual({})
  store.append([fault(1)], { state: 'one', 'state/a': 'a', 'state/b': 'b' }, null)
  store.append([], { state: 'two', 'state/a': null }, null)
  store.close()
  store = open()
  expect(store.savedState()).toEqual({ state: 'two', 'state/b': 'b' })
  expect(store.totals().records).toBe(1)
  store.close()
})

test('whatever happens in whatever order, everything arrives once in effect or is told as lost', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), n: fc.integer({ min: 1, max: 60 }) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), answered: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('house' as const) }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, tight) => {
      rmSync(file, { force: true })
      const over = tight ? { maxBytes: 12_000 } : {}
      const hub = makeHub()
      let store = open(over)
      let at = 0
      let recorded = 0
      for (const it of steps) {
        if (it.do === 'append') {
          const items = Array.from({ length: it.n }, () => {
            at += 1
            return at % 17 === 0 ? fault(at) : at % 5 === 0 ? other(at) : sample(at, 20)
          })
          store.append(items, { state: String(at) }, null)
          recorded += items.length
        } else if (it.do === 'send') {
          const batch = store.take(4000, at)
          if (batch === null) continue
          const acknowledged = hub.receive(batch)
          if (it.answered) store.append([], null, { epoch: batch.epoch, seq: acknowledged })
        } else if (it.do === 'refuse') {
          const batch = store.take(4000, at)
          // What the hub has stored it does not refuse.
          if (batch !== null && batch.records > 1 && !hub.knows(batch)) store.refuse(batch.epoch, batch.seq, at)
        } else if (it.do === 'house') store.keepHouse(at)
        else {
          store.close()
          store = open(over)
        }
      }
      hub.drain(store, at)
      expect(store.totals()).toEqual({ records: 0, bytes: 0, oldestAt: null })
      expect(store.savedState()).toEqual(at === 0 ? {} : { state: String(at) })
      store.close()
      const arrived = hub.stored.filter((it) => it.type !== 'lost').map((it) => it.at)
      expect(new Set(arrived).size).toBe(arrived.length)
      const lost = hub.lost().reduce((sum, it) => sum + it.records, 0)
      expect(arrived.length + lost).toBe(recorded)
      if (!tight) expect(lost).toBe(0)
    }),
    { numRuns: 25 },
  )
}, 60_000)
