/**
 * Values per second of CPU, reading 20 values from each of many targets, against npm net-snmp with kept sessions. Paced: every
 * target once a second, ours through the product's own path (schedule → driver → readings). Flat out: as fast as it goes,
 * ours through the driver's sessions. The targets are another process, so that only the client counts.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, loadProfiles } from '@steward/agent/drivers'
import { startPolling } from '@steward/agent/polling'
import { SnmpConnection } from '@steward/shared/model'
import snmp from 'net-snmp'

const targets = 5000
const valuesEach = 20
const rounds = 10
const atOnce = 64
const tickMs = 10
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
  const end = measure('paced: schedule → driver → readings')
  await done
  const figure = end(values)
  await polling.stop()
  return figure
}

/** Reads all targets `rounds` times, as fast as it goes. */
async function flatOut(name: string, read: (i: number) => Promise<number>): Promise<Figure> {
  let values = 0
  const round = async (): Promise<void> => {
    let next = 0
    const work = async (): Promise<void> => {
      for (let i = next; i < targets; i = next) {
        next += 1
        const read20 = await read(i)
        values += read20
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }
  await round()
  values = 0
  const end = measure(name)
  for (let i = 0; i < rounds; i += 1) await round()
  return end(values)
}

/** Reads all targets once a second, a few every tick. */
async function paced(name: string, read: (i: number) => Promise<number>): Promise<Figure> {
  let values = 0
  let asked = 0
  const running = new Set<Promise<void>>()
  const end = measure(name)
  const started = performance.now()
  while (asked < targets * rounds) {
    const due = Math.min(targets * rounds, Math.floor(((performance.now() - started) / 1000) * targets))
    for (; asked < due; asked += 1) {
      const one = read(asked % targets).then((it) => {
        values += it
        running.delete(one)
      })
      running.add(one)
    }
    await new Promise((resolve) => setTimeout(resolve, tickMs))
  }
  await Promise.all(running)
  return end(values)
}

function openSessions() {
  const { profiles } = loadProfiles(folder)
  const drivers = createDrivers(profiles)
  const limits = { timeoutMs: 5000, signal: new AbortController().signal }
  const connection = SnmpConnection.parse({ driver: 'snmp', port })
  const sessions = Array.from({ length: targets }, (_, i) =>
    drivers.snmp.open({ device: `target-${i}`, address: address(i), connection, secret: null }),
  )
  return {
    read: async (i: number) => Object.keys((await sessions[i]?.poll(limits))?.values ?? {}).length,
    close() {
      for (const it of sessions) it.close()
      drivers.snmp.close()
    },
  }
}

function openNetSnmp() {
  const options = { port, version: snmp.Version2c, retries: 1, timeout: 5000 }
  const sessions = Array.from({ length: targets }, (_, i) => snmp.createSession(address(i), 'public', options))
  return {
    read: (i: number) =>
      new Promise<number>((resolve, reject) => {
        sessions[i]?.get(oids, (error, varbinds) => (error ? reject(error) : resolve(varbinds?.length ?? 0)))
      }),
    close() {
      for (const it of sessions) it.close()
    },
  }
}

function compare(ours: Figure, theirs: Figure): void {
  for (const it of [ours, theirs]) {
    const perSecond = Math.round(it.values / it.cpuSeconds).toLocaleString('en')
    const cpu = `${it.cpuSeconds.toFixed(2)} s CPU`
    const rest = `(${it.values} values, ${cpu}, ${it.wallSeconds.toFixed(1)} s, ${Math.round(it.residentMb)} MB)`
    console.log(`${it.name.padEnd(40)} ${perSecond.padStart(10)} values/s of CPU ${rest}`)
  }
  const ratio = ours.values / ours.cpuSeconds / (theirs.values / theirs.cpuSeconds)
  console.log(`ratio ${ratio.toFixed(2)} (wanted: at least 2.5)\n`)
}

const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'))
writeProfile(folder)
const farm = await startFarm()
try {
  const scheduled = await throughPolling(folder)
  const own = openSessions()
  const fast = await flatOut('flat out: driver → readings', own.read)
  own.close()
  const other = openNetSnmp()
  const theirsFast = await flatOut('flat out: npm net-snmp, kept sessions', other.read)
  const theirsPaced = await paced('paced: npm net-snmp, kept sessions', other.read)
  other.close()
  compare(scheduled, theirsPaced)
  compare(fast, theirsFast)
} finally {
  farm.stdin?.end()
  rmSync(folder, { recursive: true, force: true })
}
