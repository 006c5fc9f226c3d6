import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { httpReceiver, type Receiver } from '../contract/alert-receivers.ts'
import { until } from '../until.ts'

let folder: string
let file: string
let receiver: Receiver
let child: ChildProcess

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-kill-'))
  file = join(folder, 'faults')
  writeFileSync(file, '')
  receiver = await httpReceiver({ behaves: 'accepts' })
})

afterEach(async () => {
  child.kill('SIGKILL')
  await receiver.close()
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<void> {
  const script = join(import.meta.dirname, 'alert-outbox-child.ts')
  const args = [script, folder, file, `http://127.0.0.1:${receiver.port}/`]
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.stdout !== null) await once(child.stdout, 'data')
}

const kills = 4
const faults = 80

test('killed again and again while deciding and sending: no alert is lost, none comes under two ids', async () => {
  let written = 0
  for (let round = 0; round <= kills; round++) {
    await start()
    const upTo = round === kills ? faults : Math.floor((faults * (round + 1)) / (kills + 1))
    const before = receiver.received.length
    while (written < upTo) {
      written += 1
      appendFileSync(file, `fault-${written}\n`)
    }
    if (round === kills) break
    // In the middle of sending, at another place every time.
    await until('the next alerts', () => receiver.received.length > before + round, { withinMs: 10_000, everyMs: 1 })
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  const arrived = () => new Set(receiver.received.map((it) => `${it.path} ${JSON.parse(it.body).fault}`)).size
  await until('every alert', () => arrived() === 2 * faults, { withinMs: 20_000 })
  const seen = new Map<string, Set<string | undefined>>()
  for (const { path, body, headers } of receiver.received) {
    const key = `${path} ${JSON.parse(body).fault}`
    seen.set(key, (seen.get(key) ?? new Set()).add(headers['webhook-id']))
  }
  expect([...seen.values()].every((it) => it.size === 1)).toBe(true)
  // A kill can repeat what was under way: one to each recipient.
  expect(receiver.received.length - 2 * faults).toBeLessThanOrEqual(2 * kills)
}, 90_000)
