import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditList, FaultDetail, FaultList, Series } from '@steward/shared/api'
import { BatchReceipt } from '@steward/shared/wire'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub } from '../integration/started-hub.ts'
import { enrolledAgent, sendRaw, type WireAgent } from '../integration/wire-agent.ts'
import { type KilledChild, seeded, startChild } from './killed-child.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'steward-crash-'))
const start = Date.now() - 3_600_000
const kills = 5
const valuesABatch = 40
let hub: { url: string; ca: string; apiKey: string }
let agent: WireAgent
let child: KilledChild

beforeAll(async () => {
  const started = await startHub({ dataDir })
  const answer = await started.call('POST', 'apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ id: 'tower-a', name: 'Tower A', customer: 'acme', devices: [{ id: 'cam-1', address: '10.0.0.1' }] }],
  })
  expect(answer.status).toBe(200)
  agent = await enrolledAgent(started, 'tower-a')
  hub = { url: started.url, ca: started.ca, apiKey: started.apiKey }
  // From here on it is a process of its own, on the same folder and port, that can be killed.
  await started.stop()
  await restart()
}, 60_000)
afterAll(async () => {
  await child.kill()
  rmSync(dataDir, { recursive: true, force: true })
})

async function restart(): Promise<void> {
  child = startChild('hub-child.ts', [dataDir, new URL(hub.url).port])
  await child.line('ready')
}

async function get(path: string): Promise<unknown> {
  const dispatcher = new Agent({ connect: { ca: hub.ca } })
  const headers = { authorization: `Bearer ${hub.apiKey}` }
  const answer = await request(`${hub.url}/api/v1/${path}`, { dispatcher, headers })
  const body: unknown = await answer.body.json()
  await dispatcher.destroy()
  expect(answer.statusCode, JSON.stringify(body)).toBe(200)
  return body
}

/** The batch of a number: always the same, as an outbox keeps it. */
function recordsOf(seq: number): unknown[] {
  const at = start + seq * 1000
  const reason = { zh: '中断', en: 'down' }
  const fault = {
    at,
    fault: `cam-1@${seq}`,
    cause: 'cam-1',
    kind: 'down',
    level: 'L3',
    affected: [],
    functions: {},
    incident: null,
    reason,
  }
  return [
    ...Array.from({ length: valuesABatch }, (_, i) => ({
      type: 'samples',
      at: at + i,
      device: 'cam-1',
      values: { load: seq, [`p${i}`]: i },
    })),
    { type: 'audit', at, action: 'batch', who: '', detail: { seq } },
    { type: 'fault', at, event: { ...fault, event: 'opened' } },
    { type: 'fault', at: at + 500, event: { ...fault, at: at + 500, event: 'closed' } },
  ]
}

/** Sends the next batch until it is acknowledged, as an agent does; false when the hub was gone. */
async function sendNext(): Promise<boolean> {
  const { seq } = agent
  const answer = await sendRaw(hub, agent, recordsOf(seq), { seq }).catch(() => null)
  if (answer?.status !== 200) return false
  expect(BatchReceipt.parse(answer.body)).toEqual({ acknowledged: seq, rejected: [] })
  agent.seq += 1
  return true
}

test('killed again and again while it takes batches: what it acknowledged is stored, and nothing twice', async () => {
  const random = seeded(20260610)
  let cutOff = 0
  for (let round = 0; round < kills; round += 1) {
    // A few go through; then it is killed somewhere in the next ones.
    for (let i = 0; i < 3; i += 1) expect(await sendNext()).toBe(true)
    const killed = new Promise<void>((resolve) => setTimeout(() => void child.kill().then(resolve), random() * 40))
    while (await sendNext()) await Promise.resolve()
    cutOff += 1
    await killed
    await restart()
  }
  expect(await sendNext()).toBe(true)
  const batches = agent.seq - 1
  expect(cutOff).toBe(kills)
  expect(batches).toBeGreaterThan(kills * 3)

  const from = new Date(start).toISOString()
  const to = new Date(start + (batches + 1) * 1000).toISOString()
  const query = new URLSearchParams({ point: 'load', from, to, buckets: '5000' })
  const series = Series.parse(await get(`devices/cam-1/series?${query}`))
  const values = Series.parse(
    await get(`devices/cam-1/series?${new URLSearchParams({ point: 'load', from, to, buckets: '1' })}`),
  )
  expect(values.buckets.map((it) => it.count)).toEqual([batches * valuesABatch])
  expect(new Set(series.buckets.flatMap((it) => it.last ?? []))).toEqual(
    new Set(Array.from({ length: batches }, (_, i) => i + 1)),
  )

  const audit = AuditList.parse(await get('audit?action=batch&limit=1000'))
  const numbers = audit.items.map((it) => Number(it.detail.seq)).sort((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: batches }, (_, i) => i + 1))

  const faults = FaultList.parse(await get('faults?state=all&limit=1000'))
  expect(faults.items).toHaveLength(batches)
  expect(faults.items.every((it) => it.closedAt !== null)).toBe(true)
  const one = FaultDetail.parse(await get(`faults/${faults.items[0]?.id}`))
  expect(one.history.map((it) => it.event)).toEqual(['opened', 'closed'])
}, 120_000)
