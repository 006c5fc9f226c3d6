/**
 * The embedded time-series store: values written a second, how long the event loop was held up, closing a large day within its
 * 128 MB, and what charts wait for. A site of 500 devices with 20 points a minute for a day; a small one for 90 days.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type SampleBatch, type TimeSeriesStore, timeSeriesBackends } from '@steward/hub/timeseries'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const start = Date.UTC(2026, 5, 1)

const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'))
let time = start
const open = timeSeriesBackends.embedded
if (open === undefined) throw new Error('no embedded store')
const warn = (message: string, facts: object): void => console.log('WARNING', message, JSON.stringify(facts))
const store: TimeSeriesStore = await open({ folder, now: () => time, warn })

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
const resident = (): string => megabytes(process.memoryUsage.rss())

/** Values of a device, made once: the bench measures the store and not itself. */
const made = new Map<string, Record<string, number>>()

function valuesOf(device: number, points: number, turn: number): Record<string, number> {
  const key = `${device} ${points} ${turn % 16}`
  const known = made.get(key)
  if (known !== undefined) return known
  const values = Object.fromEntries(
    Array.from({ length: points }, (_, point) => [`point.${point}`, 20 + point + Math.sin((turn % 16) + device)]),
  )
  made.set(key, values)
  return values
}

function samplesAt(at: number, devices: number, points: number): SampleBatch['samples'] {
  return Array.from({ length: devices }, (_, device) => ({
    device: `device-${device}`,
    at: at + (device % 60) * 1000,
    values: valuesOf(device, points, at / minute),
  }))
}

/** Writes a span minute by minute, four batches at a time as several agents do. */
async function write(site: string, it: { from: number; to: number; devices: number; points: number }): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  let stored = 0
  for (let at = it.from; at < it.to; at += 4 * minute) {
    const batches = [0, 1, 2, 3].map((k) => samplesAt(at + k * minute, it.devices, it.points))
    const written = await Promise.all(batches.map((samples) => store.write({ customer: 'acme', site, samples })))
    stored += written.reduce((sum, each) => sum + each.stored, 0)
    time = at + 4 * minute
  }
  delay.disable()
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${site}: ${(stored / 1e6).toFixed(1)} M values in ${seconds.toFixed(1)} s, ${Math.round(stored / seconds / 1000)} k/s; event loop held up ${(delay.percentile(99) / 1e6).toFixed(1)} ms (99 %), ${(delay.max / 1e6).toFixed(1)} ms at most; ${resident()} resident`,
  )
}

async function keepUp(what: string): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  const { sealedFiles } = await store.upkeep()
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${what}: ${sealedFiles} files in ${seconds.toFixed(1)} s; event loop ${(delay.max / 1e6).toFixed(1)} ms at most; ${resident()} resident`,
  )
}

async function ask(what: string, request: Parameters<TimeSeriesStore['series']>[0]): Promise<void> {
  const times: number[] = []
  let spans = 0
  for (let i = 0; i < 9; i += 1) {
    const began = performance.now()
    spans = (await store.series({ ...request, point: `point.${i}` })).length
    times.push(performance.now() - began)
  }
  const sorted = times.toSorted((a, b) => a - b)
  console.log(`${what}: ${spans} spans, ${(sorted[4] ?? 0).toFixed(1)} ms (${(sorted[8] ?? 0).toFixed(1)} at most)`)
}

const large = { site: 'large', device: 'device-77', point: '', buckets: 300 }
const small = { site: 'small', device: 'device-7', point: '', buckets: 300 }
try {
  await write('large', { from: start, to: start + day, devices: 500, points: 20 })
  await ask('open day, 1 h', { ...large, from: start + 23 * hour, to: start + day })
  await ask('open day, 24 h', { ...large, from: start, to: start + day })
  time = start + day + 2 * hour
  const closing = keepUp('closing that day')
  const began = performance.now()
  await store.write({ customer: 'acme', site: 'large', samples: samplesAt(time, 500, 20) })
  console.log(`a batch written meanwhile: ${Math.round(performance.now() - began)} ms`)
  await closing
  await ask('closed day, 24 h', { ...large, from: start, to: start + day })
  let bytes = 0
  for await (const file of glob('**/raw/*.parquet', { cwd: folder })) bytes += statSync(join(folder, file)).size
  console.log(`closed: ${(bytes / (500 * 20 * 1440)).toFixed(2)} bytes a value`)

  for (let month = 0; month < 3; month += 1) {
    const from = start + (2 + month * 30) * day
    await write('small', { from, to: from + 30 * day, devices: 20, points: 10 })
    time = from + 30 * day + 2 * hour
    await keepUp('closing 30 days')
  }
  const end = start + 92 * day
  for (const days of [1, 7, 30, 90]) {
    await ask(`${days} days`, { ...small, from: end - days * day, to: end })
  }
  await ask('90 days, on whole hours', { ...small, from: start + 2 * day, to: end, buckets: 360 })
  const asked = performance.now()
  await store.latest({ site: 'small', device: 'device-7' })
  console.log(`last values: ${(performance.now() - asked).toFixed(1)} ms; ${resident()} resident`)
} finally {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
}
