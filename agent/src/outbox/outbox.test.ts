import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { AgentRecord, BatchEnvelope } from '@steward/shared/wire'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Batch, openOutbox } from './index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-outbox-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const lines: string[] = []
const log = {
  info: (_fields: object, text: string) => void lines.push(text),
  warn: (_fields: object, text: string) => void lines.push(text),
  error: (_fields: object, text: string) => void lines.push(text),
}
beforeEach(() => void lines.splice(0))

const fail = (error: Error): never => {
  throw error
}
const open = (dataDir = folder) => openOutbox({ dataDir, log, onBroken: fail })
const sample = (at: number): AgentRecord => ({ type: 'samples', at, device: 'sw-1', values: { 'if.1.in': at } })
const envelope = (batch: Batch | null) =>
  batch === null ? null : BatchEnvelope.parse(JSON.parse(gunzipSync(batch.body).toString('utf8')))
const atsOf = (batch: Batch | null) =>
  z
    .array(AgentRecord)
    .parse(envelope(batch)?.records ?? [])
    .map((it) => it.at)

describe('the outbox', () => {
  test('gives what was recorded as an envelope of the wire, until it is acknowledged', async () => {
    const outbox = await open()
    const waiting: boolean[] = []
    outbox.onWaiting((urgent) => waiting.push(urgent))
    outbox.record([sample(1)])
    outbox.record([{ type: 'state', at: 2, device: 'sw-1', state: 'down', reason: { zh: '超时', en: 'timed out' } }], {
      state: 'memory',
    })
    const first = await outbox.take(900_000)
    expect(waiting).toEqual([false, true])
    expect(atsOf(first)).toEqual([2, 1])
    const again = await outbox.take(900_000)
    expect({ ...envelope(again), sentAt: 0 }).toEqual({ ...envelope(first), sentAt: 0 })
    const { epoch, seq } = first ?? fail(new Error('nothing waits'))
    expect(await outbox.acknowledge({ epoch, seq, acknowledged: seq })).toBe(true)
    expect(await outbox.take(900_000)).toBeNull()
    expect(await outbox.status()).toMatchObject({ records: 0, bytes: 0, oldestAt: null, problem: null })
    await outbox.close()
    const later = await open()
    expect(later.savedState).toEqual({ state: 'memory' })
    await later.close()
  })

  test('leaves out a record that the hub would refuse, and says which', async () => {
    const outbox = await open()
    outbox.record([sample(1), { type: 'samples', at: 2, device: 'Not A Slug', values: {} }])
    expect(atsOf(await outbox.take(900_000))).toEqual([1])
    expect(lines.join()).toContain('samples')
    await outbox.close()
  })

  test('takes a record that is larger than a usual batch', async () => {
    const outbox = await open()
    const points = Array.from({ length: 5000 }, (_, i) => ({
      ...{ id: `if.${i}`, class: 'traffic', instance: String(i), unit: 'bit/s' },
      name: 'A long name, as vendors like to give them to the ports of a switch, of which there are many'.padEnd(
        200,
        '.',
      ),
    }))
    outbox.record([{ type: 'points', at: 1, device: 'sw-1', points }, sample(2)])
    expect(atsOf(await outbox.take(64_000))).toEqual([1])
    await outbox.close()
  })

  test('a second one on the same folder is refused with a clear line', async () => {
    const outbox = await open()
    await expect(open()).rejects.toThrow(/another agent runs on this data folder/)
    await outbox.close()
  })

  test('a damaged file is set aside and recording goes on', async () => {
    writeFileSync(join(folder, 'outbox.db'), 'this is no database, '.repeat(1000))
    const outbox = await open()
    expect(lines.join()).toContain('damaged')
    outbox.record([sample(1)])
    expect(atsOf(await outbox.take(900_000))).toEqual([1])
    await outbox.close()
    expect(readdirSync(folder).filter((it) => it.includes('damaged'))).toHaveLength(1)
  })

  test('a folder that is not there is a clear line', async () => {
    await expect(open(join(folder, 'missing'))).rejects.toThrow(/cannot be opened/)
  })
})

/** Records without end, and writes after each flush up to which record everything is on the disk. */
const writer = (dataDir: string) => `
  import { openOutbox } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'index.ts')).href)}
  const log = { info() {}, warn() {}, error() {} }
  const outbox = await openOutbox({ dataDir: ${JSON.stringify(dataDir)}, log, onBroken: (error) => { throw error } })
  let at = Number(process.argv[1])
  for (;;) {
    for (let i = 0; i < 20; i += 1) {
      at += 1
      outbox.record([{ type: 'samples', at, device: 'sw-1', values: { 'if.1.in': at } }], { state: String(at) })
    }
    await outbox.flush()
    process.stdout.write(at + '\\n')
    const batch = at % 60 === 0 ? await outbox.take(2000) : null
    if (batch !== null && at % 120 === 0) await outbox.acknowledge({ ...batch, acknowledged: batch.seq })
    if (batch !== null && at % 120 === 0) process.stdout.write('sent ' + batch.records + '\\n')
  }`

/** Kills the writer after some of its lines; gives the last record that it called safe, and how many it has sent. */
async function writeUntilKilled(from: number, afterLines: number): Promise<{ safe: number; sent: number }> {
  const args = ['--input-type=module-typescript', '-e', writer(folder), String(from)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.split('\n').length > afterLines) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const numbers = whole.filter((it) => /^\d+$/.test(it)).map(Number)
  const sent = whole.filter((it) => it.startsWith('sent ')).reduce((sum, it) => sum + Number(it.slice(5)), 0)
  return { safe: numbers.at(-1) ?? 0, sent }
}

test('killed while writing: all that it had called safe is there, in order, once', async () => {
  let safe = 0
  let sent = 0
  for (const afterLines of [3, 11, 26]) {
    const run = await writeUntilKilled(safe, afterLines)
    expect(run.safe).toBeGreaterThan(safe)
    safe = run.safe
    sent += run.sent
  }
  const outbox = await open()
  expect(Number(outbox.savedState.state)).toBeGreaterThanOrEqual(safe)
  const seen = new Map<number, string>()
  for (let batch = await outbox.take(900_000); batch !== null; batch = await outbox.take(900_000)) {
    for (const at of atsOf(batch)) {
      expect(seen.get(at) ?? `${batch.epoch}/${batch.seq}`).toBe(`${batch.epoch}/${batch.seq}`)
      seen.set(at, `${batch.epoch}/${batch.seq}`)
    }
    await outbox.acknowledge({ ...batch, acknowledged: batch.seq })
  }
  await outbox.close()
  const missing = Array.from({ length: safe }, (_, i) => i + 1).filter((it) => !seen.has(it))
  // Only what the hub has had may be gone from here.
  expect(missing.length).toBeLessThanOrEqual(sent)
  expect(missing).toEqual(missing.toSorted((a, b) => a - b))
}, 60_000)
