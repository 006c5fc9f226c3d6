import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Outbox, openOutbox } from '@steward/agent/outbox'
import { FaultList, Series } from '@steward/shared/api'
import type { FaultEvent } from '@steward/shared/diagnosis'
import { type AgentRecord, BatchEnvelope, TokenResponse } from '@steward/shared/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../until.ts'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, proveKey, send, type WireAgent } from './wire-agent.ts'

const minuteMs = 60_000
/** A while ago, so that the outbox, whose clock is the machine's, keeps everything. */
const start = Math.floor((Date.now() - 4 * 60 * minuteMs) / minuteMs) * minuteMs
const cutOffMs = 120 * minuteMs
let time = start
let hub: StartedHub
let agent: WireAgent
let outbox: Outbox
const folder = mkdtempSync(join(tmpdir(), 'steward-cut-off-'))
const soon = { withinMs: 10_000, everyMs: 20 }

beforeAll(async () => {
  hub = await startHub({ now: () => time })
  const camera = { id: 'cam', kind: 'camera', address: '10.0.0.3', serves: [{ function: 'cctv/view' }] }
  const systems = [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view' }] }]
  const answer = await hub.call('POST', 'apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ id: 'tower', name: 'Tower', customer: 'acme', systems, devices: [camera] }],
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  agent = await enrolledAgent(hub, 'tower')
  const quiet = () => undefined
  const log = { info: quiet, warn: quiet, error: quiet }
  outbox = await openOutbox({ dataDir: folder, log, onBroken: (error) => expect.fail(error.message) })
})
afterAll(async () => {
  await outbox.close()
  await hub.stop()
  rmSync(folder, { recursive: true })
})

const samples = (at: number): AgentRecord => ({
  type: 'samples',
  at,
  device: 'cam',
  values: { n: (at - start) / minuteMs },
})
const state = (at: number, is: 'up' | 'down'): AgentRecord => ({
  type: 'state',
  at,
  device: 'cam',
  state: is,
  reason: { zh: '见', en: 'seen' },
})
function fault(openedAt: number, at: number, event: FaultEvent['event']): AgentRecord {
  const id = `cam@${new Date(openedAt).toISOString()}`
  const reason = { zh: 'cam 中断', en: 'cam is down' }
  const rest = { kind: 'down' as const, level: 'L3' as const, affected: [], functions: {}, incident: null, reason }
  return { type: 'fault', at, event: { at, fault: id, event, cause: 'cam', ...rest } }
}

/** Sends all that waits, by the hub's clock; the receipt of every third batch is lost on the way. */
async function deliver(): Promise<{ batches: number; lost: number }> {
  let [batches, lost] = [0, 0]
  for (;;) {
    const batch = await outbox.take(2000)
    if (batch === null) return { batches, lost }
    const { epoch, seq, records } = BatchEnvelope.parse(JSON.parse(gunzipSync(batch.body).toString()))
    const receipt = await send(hub, { ...agent, epoch }, records, { seq, sentAt: time })
    expect(receipt.rejected).toEqual([])
    batches += 1
    if (batches % 3 === 0 && lost < batches / 3) {
      lost += 1
      const again = await send(hub, { ...agent, epoch }, records, { seq, sentAt: time })
      expect(again.rejected).toEqual([])
    }
    await outbox.acknowledge({ epoch, seq, acknowledged: receipt.acknowledged })
  }
}

const faults = async (query: string) =>
  FaultList.parse((await hub.call('GET', `faults?site=tower&${query}`)).body).items
const unreachable = async () => (await faults('state=all')).filter((it) => it.kind === 'site-unreachable')
const iso = (at: number) => new Date(at).toISOString()

test('two hours without the hub are one fault; all that happened is filed at its time, and no sample is lost or doubled', async () => {
  outbox.record([
    {
      type: 'points',
      at: start,
      device: 'cam',
      points: [{ id: 'n', name: 'Count', class: 'other', unit: '', instance: '' }],
    },
    state(start, 'up'),
    samples(start),
  ])
  await deliver()

  // The line is cut. The agent goes on: the camera fails twice, and is down when the line is back.
  const [first, mended, second] = [start + 20 * minuteMs, start + 50 * minuteMs, start + 90 * minuteMs]
  for (let at = start + minuteMs; at <= start + cutOffMs; at += minuteMs) {
    outbox.record([samples(at)])
    if (at === first || at === second) outbox.record([state(at, 'down'), fault(at, at, 'opened')])
    if (at === mended) outbox.record([state(at, 'up'), fault(first, at, 'closed')])
  }
  await outbox.flush()
  time = start + 2 * minuteMs
  await until('the silence to be found', async () => (await unreachable()).length === 1, soon)
  // Hours of silence are still the one fault.
  const since = (await unreachable())[0]?.openedAt
  for (time = start + 10 * minuteMs; time < start + cutOffMs; time += 10 * minuteMs) {
    expect((await faults('state=open')).map((it) => it.kind)).toEqual(['site-unreachable'])
  }

  time = start + cutOffMs + 5000
  // Its token is of an hour: it proves its key anew.
  const proved = await proveKey(hub, { ...agent, agentId: agent.id })
  agent.token = TokenResponse.parse(proved.body).token
  const { batches, lost } = await deliver()
  expect(batches).toBeGreaterThan(3)
  expect(lost).toBeGreaterThan(0)

  expect(await unreachable()).toMatchObject([{ openedAt: since, closedAt: iso(time) }])
  const told = (await faults('state=all')).filter((it) => it.kind === 'down')
  expect(told.map((it) => [it.openedAt, it.closedAt])).toEqual([
    [iso(second), null],
    [iso(first), iso(mended)],
  ])
  const query = `point=n&from=${iso(start)}&to=${iso(start + cutOffMs + minuteMs)}&buckets=121`
  const { buckets } = Series.parse((await hub.call('GET', `devices/cam/series?${query}`)).body)
  expect(buckets.reduce((sum, it) => sum + it.count, 0)).toBe(121)
  expect(buckets.map((it) => [it.count, it.last])).toEqual(buckets.map((_, minute) => [1, minute]))
  expect(await outbox.status()).toMatchObject({ records: 0 })
})
