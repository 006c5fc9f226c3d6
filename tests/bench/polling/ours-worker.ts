/** Our side of the bench, a process of its own: `get` and `v3` read through the whole polling path, `walk` through the engine's walk. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Polling, startPolling } from '@steward/agent/polling'
import { AgentConfig } from '@steward/shared/model'
import { createSnmpEngine, type SnmpTarget, walk } from '../../../agent/src/drivers/snmp/engine/index.ts'
import { startMeasure } from './figure.ts'
import { addressOf, getOids, interfaceTable, snmpdOids, user } from './targets.ts'

type Job = {
  mode: 'get' | 'walk' | 'v3'
  port: number
  targets: number
  seconds: number
  intervalMs: number
  /** the last of the targets are on this port, which falls silent when they have all been learned */
  mortal: { targets: number; port: number } | null
}

const job: Job = JSON.parse(process.argv[2] ?? '{}')
const warmUpMs = 2000
const walksAtOnce = 64
const learnedAtOnce = 60

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function writeProfile(folder: string): void {
  mkdirSync(join(folder, 'standard'), { recursive: true })
  // The system's uptime is read with every poll anyway.
  const scalars = (job.mode === 'v3' ? snmpdOids : getOids).slice(1).filter((it) => it.endsWith('.0'))
  const columns = job.mode === 'v3' ? [] : ['31.1.1.1.6', '31.1.1.1.10', '2.2.1.8', '2.2.1.14']
  const metrics = [
    ...scalars.map((OID, i) => ({ symbol: { OID, name: `value${i}` } })),
    ...columns.map((it) => ({
      table: { OID: it.startsWith('31') ? '1.3.6.1.2.1.31.1.1' : interfaceTable, name: `table${it}` },
      symbols: [{ OID: `1.3.6.1.2.1.${it}`, name: `column${it.replaceAll('.', '-')}` }],
    })),
  ]
  writeFileSync(join(folder, 'standard', 'bench.yaml'), JSON.stringify({ metrics }))
}

function devicesOf() {
  const { mortal } = job
  return Array.from({ length: job.targets }, (_, i) => {
    const port = mortal !== null && i >= job.targets - mortal.targets ? mortal.port : job.port
    return {
      id: `target-${i}`,
      address: addressOf(i),
      connections: [
        job.mode === 'v3' ? { driver: 'snmp', version: 'v3', user: user.name, port } : { driver: 'snmp', port },
      ],
    }
  })
}

function configure(polling: Polling): void {
  const config = AgentConfig.parse({
    revision: '1',
    site: { id: 'bench', name: 'Bench', timezone: 'Etc/UTC' },
    settings: {},
    systems: [],
    devices: devicesOf(),
    maintenance: [],
  })
  // Shorter than anybody may configure, so that the path and not the schedule is the limit.
  const settings = { ...config.settings, checkIntervalMs: 60_000, checkTimeoutMs: 5000, pollIntervalMs: job.intervalMs }
  const problems = polling.applyConfig({ ...config, settings })
  if (problems.length > 0) throw new Error(JSON.stringify(problems[0]))
}

async function throughPolling(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'))
  writeProfile(folder)
  let values = 0
  const firstDead = job.targets - (job.mortal?.targets ?? 0)
  const seen = new Set<string>()
  const mortals = new Set(Array.from({ length: job.mortal?.targets ?? 0 }, (_, i) => `target-${firstDead + i}`))
  const polling = startPolling({
    savedState: {},
    profilesFolder: folder,
    log: { info: () => undefined, warn: () => undefined, error: console.error },
    secretOf: () => (job.mode === 'v3' ? user : { community: 'public' }),
    isAllowed: () => true,
    record(records) {
      for (const it of records) {
        if (it.type !== 'samples') continue
        if (seen.size < job.targets) seen.add(it.device)
        // Uptime is no point of its own; it was asked for and read all the same.
        if (!mortals.has(it.device)) values += Object.keys(it.values).length + 1
      }
    },
  })
  configure(polling)
  for (let at = 0; at < job.targets; at += learnedAtOnce) {
    const some = Array.from({ length: Math.min(learnedAtOnce, job.targets - at) }, (_, i) => `target-${at + i}`)
    await Promise.all(some.map((it) => polling.checkNow(it)))
  }
  while (seen.size < job.targets) await pause(100)
  console.log('learned')
  await pause(warmUpMs)
  values = 0
  const end = startMeasure()
  await pause(job.seconds * 1000)
  console.log(JSON.stringify(end(values)))
  await polling.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function walking(): Promise<void> {
  const engine = createSnmpEngine()
  const options = { timeoutMs: 3000, retries: 1 }
  const targets = Array.from({ length: job.targets }, (_, i): SnmpTarget => {
    return { address: addressOf(i), port: job.port, version: 'v2c', community: 'public' }
  })
  const rounds = async (untilMs: number): Promise<number> => {
    let next = 0
    let values = 0
    const work = async (): Promise<void> => {
      while (performance.now() < untilMs) {
        const target = targets[next % targets.length]
        next += 1
        if (target === undefined) return
        const found = await walk(engine, target, interfaceTable, options)
        values += found.length
      }
    }
    await Promise.all(Array.from({ length: walksAtOnce }, work))
    return values
  }
  await rounds(performance.now() + warmUpMs)
  const end = startMeasure()
  const values = await rounds(performance.now() + job.seconds * 1000)
  console.log(JSON.stringify(end(values)))
  engine.close()
}

if (job.mode === 'walk') await walking()
else await throughPolling()
