import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultList, Series } from '@steward/shared/api'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../architecture/sources.ts'
import { type Ready, Ready as ReadyFile } from '../e2e/demo.ts'
import { until } from '../until.ts'
import { main } from './cli.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'steward-kills-'))
const restartAfterSeconds = 12

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = server.address()
  await new Promise((resolve) => server.close(resolve))
  return at !== null && typeof at === 'object' ? at.port : 0
}

const readyFile = join(dataDir, 'ready.json')
const ready = (): Ready => ReadyFile.parse(JSON.parse(readFileSync(readyFile, 'utf8')))

async function startDemo(port: number): Promise<ChildProcess> {
  const words = ['demo', '--port', String(port), '--data', dataDir, '--restart-after', String(restartAfterSeconds)]
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'steward.js'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => {
      said += data.toString()
    })
  const isReady = () => {
    if (child.exitCode !== null) throw new Error(said)
    return existsSync(readyFile)
  }
  await until('the demo to be ready', isReady, { withinMs: 120_000 })
  return child
}

/** The demo as its user has it; hub, agent and the demo itself are killed, and nothing is lost by it. */
describe.skipIf(process.platform === 'win32')('killed with SIGKILL', () => {
  let demo: ChildProcess
  let port = 0
  beforeAll(async () => {
    port = await freePort()
    demo = await startDemo(port)
  }, 130_000)
  afterAll(async () => {
    if (demo?.exitCode === null && demo.signalCode === null) {
      demo.kill('SIGINT')
      await once(demo, 'exit')
    }
    rmSync(dataDir, { recursive: true, force: true })
  }, 30_000)

  const get = async (path: string): Promise<unknown> => {
    const { url, apiKey, caFile } = ready()
    const dispatcher = new Agent({ connect: { ca: readFileSync(caFile, 'utf8') } })
    const headers = { authorization: `Bearer ${apiKey}` }
    const { body } = await request(`${url}/api/v1/${path}`, { dispatcher, headers })
    const value = await body.json()
    await dispatcher.close()
    return value
  }
  const faultsOf = async (device: string) => FaultList.parse(await get(`faults?state=all&device=${device}`)).items
  const control = (...words: string[]) => main(['demo', ...words, '--data', dataDir])
  const kill = (what: 'hub' | 'agent'): (() => boolean) => {
    const pid = ready().pids[what]
    process.kill(pid, 'SIGKILL')
    return () => ready().pids[what] !== pid && isRunning(ready().pids[what])
  }

  test('what happens while the hub is away is filed at its own time, once, and no reading is missing', async () => {
    const from = new Date()
    const isBack = kill('hub')
    const brokenAt = Date.now()
    await control('break', 'cam-08')
    // The agent alone knows of it now: it takes three failed checks to be down.
    await until('the hub to be back', isBack, { withinMs: 60_000 })
    const opened = await until('the fault', async () => (await faultsOf('cam-08'))[0], { withinMs: 30_000 })
    expect(opened).toMatchObject({ level: 'L3', kind: 'down' })
    expect(Date.parse(opened.openedAt) - brokenAt).toBeLessThan(restartAfterSeconds * 1000)
    await control('heal', 'cam-08')
    await until('its end', async () => (await faultsOf('cam-08'))[0]?.closedAt, { withinMs: 30_000 })
    expect(await faultsOf('cam-08')).toHaveLength(1)
    const to = new Date()
    const query = new URLSearchParams({
      point: 'clock.drift',
      from: from.toISOString(),
      to: to.toISOString(),
      buckets: '1',
    })
    const series = Series.parse(await get(`devices/cam-20/series?${query}`))
    const wanted = (to.getTime() - from.getTime()) / 15_000
    expect(series.buckets[0]?.count).toBeGreaterThanOrEqual(Math.floor(wanted) - 1)
    expect(series.buckets[0]?.count).toBeLessThanOrEqual(Math.ceil(wanted) + 1)
  }, 150_000)

  test('a fault that is open when the agent is killed is the same afterwards', async () => {
    await control('break', 'door-4')
    const before = await until('the fault', async () => (await faultsOf('door-4'))[0], { withinMs: 15_000 })
    await until('the agent to be back', kill('agent'), { withinMs: 60_000 })
    await control('heal', 'door-4')
    const after = await until('its end', async () => (await faultsOf('door-4')).find((it) => it.closedAt !== null), {
      withinMs: 30_000,
    })
    expect(after.id).toBe(before.id)
    expect(await faultsOf('door-4')).toHaveLength(1)
  }, 120_000)

  test('hub and agent end with the demo, and a second start finds everything again', async () => {
    const before = ready()
    const faults = await faultsOf('cam-08')
    demo.kill('SIGKILL')
    await until('all to end', () => !isRunning(before.pids.hub) && !isRunning(before.pids.agent), { withinMs: 20_000 })
    rmSync(readyFile)
    demo = await startDemo(port)
    const { pids: _pids, ...same } = before
    expect(ready()).toMatchObject(same)
    expect(faults).toHaveLength(1)
    expect(await faultsOf('cam-08')).toEqual(faults)
  }, 150_000)

  test('told to end, it ends everything and says no longer that it is ready', async () => {
    const { pids } = ready()
    demo.kill('SIGTERM')
    await once(demo, 'exit')
    expect(demo.exitCode).toBe(0)
    expect([isRunning(pids.hub), isRunning(pids.agent), existsSync(readyFile)]).toEqual([false, false, false])
  }, 30_000)
})
