/**
 * SNMP polling against its peers, in one run and against the same farm: values per second of CPU through the whole path
 * (schedule → driver → readings), npm net-snmp with kept sessions and the C library beside it. Ratios and whether they suffice.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { localKeys } from '../../agent/src/drivers/snmp/engine/index.ts'
import { bundleOne } from '../bundle/index.ts'
import { build, pinned, startFarm, startSnmpdOnAll } from './polling/farm.ts'
import type { Figure } from './polling/figure.ts'
import { user } from './polling/targets.ts'

const [farmPort, walkPort, mortalPort, snmpdPort] = [17_361, 17_362, 17_363, 17_364]
const targets = 5000
const v3Targets = 500
const seconds = 4
const flatOutMs = 100
const onceASecondMs = 1000
const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'))
/** As the agent's service runs. */
const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=2']
const env = { ...process.env, MALLOC_ARENA_MAX: '2' }

/** Runs a client to its end, as one program as the agent is; its last line is its figure. */
async function client(worker: string, job: object, onLearned = (): void => undefined): Promise<Figure> {
  const script = await bundleOne(join(import.meta.dirname, 'polling', `${worker}-worker.ts`), folder)
  const args = [...nodeFlags, script, JSON.stringify({ mortal: null, seconds, ...job })]
  const child = spawn(...pinned(1, process.execPath, args), { stdio: ['ignore', 'pipe', 'inherit'], env })
  let last = ''
  for await (const line of createInterface(child.stdout)) {
    last = line
    if (line === 'learned') onLearned()
  }
  return JSON.parse(last)
}

async function clientInC(program: string): Promise<number> {
  const child = spawn(...pinned(1, program, ['get', '2', String(targets), '30', '64', String(farmPort)]))
  const [line] = await once(child.stdout, 'data')
  return JSON.parse(String(line)).valuesPerCpuSec
}

function perSecond(name: string, it: Figure): number {
  const rate = it.values / it.cpuSeconds
  const rest = `(${it.sockets} sockets, ${Math.round(it.residentMb)} MB at most)`
  console.log(`${name.padEnd(34)} ${Math.round(rate).toLocaleString('en').padStart(10)} values/s of CPU ${rest}`)
  return rate
}

function bar(what: string, found: number, wanted: number, isMost = false): void {
  const passes = isMost ? found <= wanted : found >= wanted
  if (!passes) process.exitCode = 1
  const text = `${found.toFixed(2)} (wanted: at ${isMost ? 'most' : 'least'} ${wanted})`
  console.log(`  ${passes ? 'pass' : 'FAIL'}  ${what}: ${text}`)
}

async function compareGet(c: string | null): Promise<void> {
  const theirs = perSecond('GET, npm net-snmp', await client('net-snmp', { mode: 'get', port: farmPort, targets }))
  const figure = await client('ours', { mode: 'get', port: farmPort, targets, intervalMs: flatOutMs })
  const ours = perSecond('GET, polling', figure)
  bar('GET against npm', ours / theirs, 2.5)
  if (c === null) console.log('  the C client cannot be built here')
  else bar('GET against C', ours / (await clientInC(c)), 0.65)
  bar(`sockets for ${targets} devices`, figure.sockets, 16, true)
  bar(`MB for ${targets} devices`, figure.residentMb, 150, true)
}

async function compare(mode: 'walk' | 'v3', port: number, count: number, wanted: number): Promise<void> {
  const theirs = perSecond(`${mode}, npm net-snmp`, await client('net-snmp', { mode, port, targets: count }))
  const ours = perSecond(`${mode}, ours`, await client('ours', { mode, port, targets: count, intervalMs: flatOutMs }))
  bar(`${mode} against npm`, ours / theirs, wanted)
}

/** What the living lose when a tenth falls silent after it was learned. */
async function compareDead(farm: string): Promise<void> {
  const job = { mode: 'get', port: farmPort, targets, intervalMs: onceASecondMs, seconds: 10 }
  const mortal = { targets: targets / 10, port: mortalPort }
  const before = await startFarm(farm, mortalPort, 4)
  const alive = await client('ours', { ...job, mortal })
  const silenced = await client('ours', { ...job, mortal }, () => before.kill())
  const lost = 1 - silenced.values / silenced.wallSeconds / (alive.values / alive.wallSeconds)
  bar('lost by the others when a tenth is dead, %', lost * 100, 5, true)
}

function coldKeys(): void {
  const cpu = process.cpuUsage()
  for (let i = 0; i < targets; i += 1) {
    const engineId = Buffer.from(`80001f8880${i.toString(16).padStart(8, '0')}`, 'hex')
    const auth = { protocol: 'sha', passphrase: user.authPassphrase } as const
    localKeys({ name: user.name, auth, priv: { protocol: 'aes', passphrase: user.privPassphrase } }, engineId)
  }
  const { user: own, system } = process.cpuUsage(cpu)
  bar(`s of CPU, keys of one user at ${targets} engines, cold`, (own + system) / 1e6, 1, true)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill()
  await exit
}

const running: ChildProcess[] = []
try {
  coldKeys()
  const farm = build(folder, 'farm')
  if (farm === null) console.log('The farm (../shared/bench) or a C compiler is not here: nothing else was measured.')
  else {
    running.push(await startFarm(farm, farmPort, 4), await startFarm(farm, walkPort, 24))
    await compareGet(build(folder, 'async', '-lnetsnmp'))
    await compare('walk', walkPort, targets, 2)
    running.push(await startSnmpdOnAll(folder, snmpdPort))
    await compare('v3', snmpdPort, v3Targets, 4)
    await compareDead(farm)
  }
} finally {
  await Promise.all(running.map(ended))
  // What they write as they end is there by now; a file system may still be slow to say so.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
