/**
 * Values per second of CPU through the product's own path (schedule → driver → readings), against npm net-snmp with kept
 * sessions, both reading 20 values from each of many targets. The targets are another process, so that only the client counts.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPolling } from '@steward/agent/polling'
import snmp from 'net-snmp'

const targets = 5000
const valuesEach = 20
const rounds = 10
const port = 16_399
const address = (i: number): string => `127.30.${Math.floor(i / 250)}.${(i % 250) + 1}`
const oids = Array.from({ length: valuesEach }, (_, i) => `1.3.6.1.4.1.32473.1.${i + 1}.0`)

type Figure = {
  name: string
  values: number
  cpuSeconds: number
  systemSeconds: number
  wallSeconds: number
  residentMb: number
}

function measure(name: string): (values: number) => Figure {
  const cpu = process.cpuUsage()
  const started = performance.now()
  return (values) => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      name,
      values,
      cpuSeconds: (user + system) / 1e6,
      systemSeconds: system / 1e6,
      wallSeconds: (performance.now() - started) / 1000,
      residentMb: process.memoryUsage().rss / 1e6,
    }
  }
}

async function startFarm(): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'polling', 'farm-worker.ts')
  const farm = spawn(process.execPath, [script, '0', String(targets), String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(farm.stdout, 'data')
  return farm
}

function writeProfile(folder: string): void {
  mkdirSync(join(folder, 'standard'), { recursive: true })
  const metrics = oids.map((OID, i) => ({ symbol: { OID, name: `value${i}` } }))
  writeFileSync(join(folder, 'standard', 'bench.yaml'), JSON.stringify({ metrics }))
}

/** Polls at the shortest interval until all targets were read `rounds` times. */
async function throughPolling(folder: string): Promise<Figure> {
  let values = 0
  let ready = (): void => undefined
  const wanted = { values: targets * valuesEach }
  const reached = (): Promise<void> =>
    new Promise((resolve) => {
      ready = resolve
    })
  const polling = startPolling({
    savedState: null,
    profilesFolder: folder,
    log: { info: () => undefined, warn: console.warn, error: console.error },
    secretOf: () => ({ community: 'public' }),
    isAllowed: () => true,
    record(records) {
      for (const it of records) if (it.type === 'samples') values += Object.keys(it.values).length
      if (values >= wanted.values) ready()
    },
  })
  const devices = Array.from({ length: targets }, (_, i) => ({
    id: `target-${i}`,
    address: address(i),
    connections: [{ driver: 'snmp', port }],
  }))
  const settings = { checkIntervalMs: 3_600_000, checkTimeoutMs: 5000, pollIntervalMs: 1000 }
  const first = reached()
  const site = { id: 'bench', name: 'Bench', timezone: 'Etc/UTC' }
  polling.applyConfig({ revision: '1', site, settings, systems: [], devices, maintenance: [] })
  for (const { id } of devices) await polling.checkNow(id)
  await first
  values = 0
  wanted.values = targets * valuesEach * rounds
  const done = reached()
  const end = measure('schedule → driver → readings')
  await done
  const figure = end(values)
  await polling.stop()
  return figure
}

async function throughNetSnmp(): Promise<Figure> {
  const sessions = Array.from({ length: targets }, (_, i) =>
    snmp.createSession(address(i), 'public', { port, version: snmp.Version2c, retries: 1, timeout: 5000 }),
  )
  let values = 0
  const read = (i: number): Promise<void> =>
    new Promise((resolve, reject) => {
      sessions[i]?.get(oids, (error, varbinds) => {
        if (error) reject(error)
        values += varbinds?.length ?? 0
        resolve()
      })
    })
  const round = async (): Promise<void> => {
    const atOnce = 64
    let next = 0
    const work = async (): Promise<void> => {
      for (let i = next; i < targets; i = next) {
        next += 1
        await read(i)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }
  await round()
  values = 0
  const end = measure('npm net-snmp, kept sessions')
  for (let i = 0; i < rounds; i += 1) await round()
  const figure = end(values)
  for (const session of sessions) session.close()
  return figure
}

const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'))
writeProfile(folder)
const farm = await startFarm()
try {
  const ours = await throughPolling(folder)
  const theirs = await throughNetSnmp()
  for (const it of [ours, theirs]) {
    const perSecond = Math.round(it.values / it.cpuSeconds).toLocaleString('en')
    const cpu = `${it.cpuSeconds.toFixed(2)} s CPU, of which ${it.systemSeconds.toFixed(2)} in the kernel`
    console.log(
      `${it.name.padEnd(30)} ${perSecond.padStart(10)} values/s of CPU (${it.values} values, ${cpu}, ${it.wallSeconds.toFixed(1)} s, ${Math.round(it.residentMb)} MB)`,
    )
  }
  const ratio = ours.values / ours.cpuSeconds / (theirs.values / theirs.cpuSeconds)
  console.log(`ratio ${ratio.toFixed(2)} (wanted: at least 2.5)`)
} finally {
  farm.stdin?.end()
  rmSync(folder, { recursive: true, force: true })
}
