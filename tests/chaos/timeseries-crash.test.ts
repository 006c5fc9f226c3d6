import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TimeSeriesStore, timeSeriesBackends } from '@steward/hub/timeseries'
import { afterAll, expect, test } from 'vitest'
import { seeded, startChild } from './killed-child.ts'

const folder = mkdtempSync(join(tmpdir(), 'steward-series-'))
const minute = 60_000
const start = Date.UTC(2026, 5, 1)
const kills = 5

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function open(now: number): Promise<TimeSeriesStore> {
  const store = await timeSeriesBackends.embedded?.({ folder, now: () => now, warn: () => undefined })
  if (store === undefined) throw new Error('no embedded store')
  return store
}

/** How many values there are up to a number, and that each is there once. */
async function countUpTo(store: TimeSeriesStore, values: number): Promise<number> {
  const spans = await store.series({
    site: 'tower-a',
    device: 'ups-1',
    point: 'load',
    from: start,
    to: start + values * minute,
    buckets: values,
  })
  expect(spans.every((it) => it.count === 1 && it.last === (it.at - start) / minute)).toBe(true)
  return spans.length
}

test('killed again and again while writing and closing days: what was safe is there, once', async () => {
  const random = seeded(7)
  let first = 0
  for (let round = 0; round < kills; round += 1) {
    const child = startChild('timeseries-child.ts', [folder, String(first)])
    await child.line('ready')
    // Somewhere within the writing, the sealing or the transaction that puts files in place.
    await child.line(round % 2 === 0 ? 'sealed' : 'stored')
    await new Promise((resolve) => setTimeout(resolve, random() * 150))
    await child.kill()
    expect(child.lines.filter((it) => it.startsWith('warning'))).toEqual([])
    const stored = child.lines.filter((it) => it.startsWith('stored')).map((it) => Number(it.split(' ')[1]))
    first = Math.max(first, ...stored)

    const store = await open(start + first * minute)
    expect(await countUpTo(store, first)).toBe(first)
    await store.upkeep()
    expect(await countUpTo(store, first)).toBe(first)
    await store.close()
  }
  const files = globSync('sealed/**/*.parquet', { cwd: folder })
  const days = Math.floor(first / 1440)
  // Values and five minutes of every closed day, hours of every month; what a crash left over was swept away.
  expect(files.filter((it) => it.includes('/raw/')).length).toBeLessThanOrEqual(days)
  expect(files.filter((it) => it.includes('/1h/')).length).toBeLessThanOrEqual(Math.ceil(days / 28) + 1)
}, 120_000)
