import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SampleBatch, type TimeSeriesStore, timeSeriesBackends } from '@steward/hub/timeseries'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const noon = Date.UTC(2026, 5, 10, 12)

describe.each(Object.entries(timeSeriesBackends))('time-series store: %s', (_name, open) => {
  let folder: string
  let store: TimeSeriesStore
  let time: number
  const warnings: string[] = []
  const start = async (): Promise<void> => {
    store = await open({
      folder: join(folder, 'store'),
      now: () => time,
      warn: (it, facts) => warnings.push(`${it} ${JSON.stringify(facts)}`),
    })
  }
  const restart = async (): Promise<void> => {
    await store.close()
    await start()
  }
  const write = (samples: SampleBatch['samples'], site = 'tower-a', customer = 'acme') =>
    store.write({ customer, site, samples })
  const series = (over: Partial<Parameters<TimeSeriesStore['series']>[0]> = {}) =>
    store.series({ site: 'tower-a', device: 'ups-1', point: 'load', from: noon - hour, to: noon, buckets: 6, ...over })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'steward-series-'))
    time = noon
    warnings.length = 0
    await start()
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
    expect(warnings).toEqual([])
  })

  /** One value a minute: 0, 1, 2 … */
  const minutes = (from: number, count: number, device = 'ups-1') =>
    Array.from({ length: count }, (_, i) => ({ device, at: from + i * minute, values: { load: i } }))

  test('gives equal spans with count, least, greatest, mean and last', async () => {
    expect(await write(minutes(noon - hour, 60))).toEqual({ stored: 60, leftOut: 0 })
    const spans = await series()
    expect(spans).toHaveLength(6)
    expect(spans[1]).toEqual({ at: noon - hour + 10 * minute, count: 10, min: 10, max: 19, mean: 14.5, last: 19 })
  })

  test('leaves out spans without readable values, and what lies before or at the end', async () => {
    await write([
      { device: 'ups-1', at: noon - hour - 1, values: { load: 1 } },
      { device: 'ups-1', at: noon - hour, values: { load: 2 } },
      { device: 'ups-1', at: noon - 30 * minute, values: { load: null } },
      { device: 'ups-1', at: noon, values: { load: 4 } },
    ])
    expect(await series()).toEqual([{ at: noon - hour, count: 1, min: 2, max: 2, mean: 2, last: 2 }])
  })

  test('keeps words and truth values as they are, without figures', async () => {
    await write([
      { device: 'ups-1', at: noon - 2, values: { load: 'online', alarm: false } },
      { device: 'ups-1', at: noon - 1, values: { load: 'on-battery', alarm: true } },
    ])
    const none = { min: null, max: null, mean: null }
    expect(await series({ buckets: 1 })).toEqual([{ at: noon - hour, count: 2, ...none, last: 'on-battery' }])
    expect(await series({ buckets: 1, point: 'alarm' })).toEqual([{ at: noon - hour, count: 2, ...none, last: true }])
  })

  test('a value that is written twice is there once', async () => {
    await write(minutes(noon - hour, 60))
    await write(minutes(noon - hour, 60))
    expect((await series()).map((it) => it.count)).toEqual([10, 10, 10, 10, 10, 10])
  })

  test('order of arrival does not matter', async () => {
    await write(minutes(noon - hour, 60).reverse())
    expect((await series()).at(-1)).toEqual({
      at: noon - 10 * minute,
      count: 10,
      min: 50,
      max: 59,
      mean: 54.5,
      last: 59,
    })
    expect(await store.latest({ site: 'tower-a', device: 'ups-1' })).toEqual([
      { point: 'load', at: noon - minute, value: 59 },
    ])
  })

  test('tells sites, devices and points apart, whatever their names', async () => {
    await write([{ device: 'd', at: noon - 1, values: { "p'--": 1, p: 2 } }], 's1', 'acme')
    await write([{ device: 'd', at: noon - 1, values: { "p'--": 3 } }], 's2', 'other')
    const of = (site: string, point: string) => series({ site, device: 'd', point, buckets: 1 })
    expect((await of('s1', "p'--")).map((it) => it.last)).toEqual([1])
    expect((await of('s1', 'p')).map((it) => it.last)).toEqual([2])
    expect((await of('s2', "p'--")).map((it) => it.last)).toEqual([3])
    expect(await of('s2', 'p')).toEqual([])
    expect(await of('s3', 'p')).toEqual([])
  })

  test('knows the last value of every point, also after a restart', async () => {
    await write([
      { device: 'ups-1', at: noon - 5, values: { load: 1, state: 'online' } },
      { device: 'ups-1', at: noon - 3, values: { load: null } },
      { device: 'ups-2', at: noon - 1, values: { load: 7 } },
    ])
    const expected = [
      { point: 'load', at: noon - 3, value: null },
      { point: 'state', at: noon - 5, value: 'online' },
    ]
    const byPoint = async () =>
      (await store.latest({ site: 'tower-a', device: 'ups-1' })).sort((a, b) => (a.point < b.point ? -1 : 1))
    expect(await byPoint()).toEqual(expected)
    await restart()
    expect(await byPoint()).toEqual(expected)
    await write([{ device: 'ups-1', at: noon - 2, values: { state: 'on-battery' } }])
    await restart()
    expect((await byPoint())[1]).toEqual({ point: 'state', at: noon - 2, value: 'on-battery' })
    expect(await store.latest({ site: 'tower-b', device: 'ups-1' })).toEqual([])
  })

  test('leaves out what is older than it keeps or far ahead, and says how much', async () => {
    const values = { load: 1, state: 'x' }
    expect(
      await write([
        { device: 'ups-1', at: noon - 400 * day, values },
        { device: 'ups-1', at: noon + 3 * day, values },
        { device: 'ups-1', at: 8.64e15, values },
        { device: 'ups-1', at: noon, values },
      ]),
    ).toEqual({ stored: 2, leftOut: 6 })
  })

  test('closing days changes nothing that can be read', async () => {
    const from = noon - 3 * day
    await write(minutes(from, 3 * 24 * 60))
    await write(minutes(from, 100), 'tower-b', 'other')
    const ask = { from, to: noon, buckets: 144 }
    const fine = { from: from + 7 * minute, to: from + 27 * minute, buckets: 20 }
    const before = [await series(ask), await series(fine), await series({ ...fine, site: 'tower-b' })]
    time = noon + 12 * hour
    await store.upkeep()
    expect([await series(ask), await series(fine), await series({ ...fine, site: 'tower-b' })]).toEqual(before)
    await restart()
    expect([await series(ask), await series(fine), await series({ ...fine, site: 'tower-b' })]).toEqual(before)
    expect(await store.latest({ site: 'tower-a', device: 'ups-1' })).toEqual([
      { point: 'load', at: noon - minute, value: 3 * 24 * 60 - 1 },
    ])
  })

  test('what comes late for a closed day is found at once, and once, before and after it is merged', async () => {
    const from = noon - 2 * day
    await write(minutes(from, 120))
    time = noon + 2 * hour
    await store.upkeep()
    await write([...minutes(from, 60), { device: 'ups-1', at: from + 30 * second, values: { load: 1000 } }])
    const ask = { from, to: from + 2 * hour, buckets: 2 }
    const expected = [
      { at: from, count: 61, min: 0, max: 1000, mean: (1000 + (59 * 60) / 2) / 61, last: 59 },
      { at: from + hour, count: 60, min: 60, max: 119, mean: 89.5, last: 119 },
    ]
    expect(await series(ask)).toEqual(expected)
    time += 2 * hour
    await store.upkeep()
    expect(await series(ask)).toEqual(expected)
    expect((await series({ from: from - (from % day), to: noon, buckets: 2 })).map((it) => it.count)).toEqual([121])
  })

  test('writing while days are closed loses nothing', async () => {
    const from = noon - 2 * day
    await write(minutes(from, 600))
    time = noon + 2 * hour
    const [, written] = await Promise.all([store.upkeep(), write(minutes(from + 600 * minute, 30))])
    expect(written).toEqual({ stored: 30, leftOut: 0 })
    expect((await series({ from, to: noon, buckets: 1 })).map((it) => it.count)).toEqual([630])
    time += 2 * hour
    await store.upkeep()
    expect((await series({ from, to: noon, buckets: 1 })).map((it) => it.count)).toEqual([630])
  })

  test('deletes old values; the hours of them stay', async () => {
    await write(minutes(noon - 2 * day, 120))
    time = noon + 2 * hour
    await store.upkeep()
    time = noon + 200 * day
    await store.upkeep()
    const spans = await series({ from: noon - 2 * day, to: noon - 2 * day + 4 * hour, buckets: 240 })
    expect(spans.map((it) => [it.at - (noon - 2 * day), it.count, it.mean])).toEqual([
      [0, 60, 29.5],
      [hour, 60, 89.5],
    ])
    expect(await store.latest({ site: 'tower-a', device: 'ups-1' })).toEqual([
      { point: 'load', at: noon - 2 * day + 119 * minute, value: 119 },
    ])
  })

  test('a site that is forgotten is not found by the next one of its name, before or after a restart', async () => {
    await write(minutes(noon - 2 * day, 120))
    time = noon + 2 * hour
    await store.upkeep()
    await write(minutes(noon - hour, 60))
    await store.forget('tower-a')
    const all = { from: noon - 3 * day, to: noon, buckets: 1 }
    expect(await series(all)).toEqual([])
    await restart()
    await write([{ device: 'ups-1', at: noon - 1, values: { load: 5 } }], 'tower-a', 'other')
    expect((await series(all)).map((it) => it.count)).toEqual([1])
    expect(await store.latest({ site: 'tower-a', device: 'ups-1' })).toEqual([
      { point: 'load', at: noon - 1, value: 5 },
    ])
  })

  test('a site keeps its past when it goes to another customer', async () => {
    await write(minutes(noon - 2 * day, 60))
    time = noon + 2 * hour
    await store.upkeep()
    await write(minutes(noon - hour, 60), 'tower-a', 'other')
    expect((await series({ from: noon - 3 * day, to: noon, buckets: 1 })).map((it) => it.count)).toEqual([120])
  })

  test('many writers at once, each answered when its values are safe', async () => {
    const writers = Array.from({ length: 50 }, (_, i) =>
      write(minutes(noon - hour, 60, `d-${i}`)).then(async () => (await series({ device: `d-${i}`, buckets: 1 }))[0]),
    )
    expect((await Promise.all(writers)).map((it) => it?.count)).toEqual(Array.from({ length: 50 }, () => 60))
  })

  test('a backup taken while it is written to is the store of one moment', async () => {
    await write(minutes(noon - 2 * day, 120))
    time = noon + 2 * hour
    await store.upkeep()
    await write(minutes(noon - hour, 60))
    const target = join(folder, 'backup')
    mkdirSync(target)
    await Promise.all([store.backup(target), write(minutes(noon - 3 * hour, 60))])
    await store.close()
    rmSync(join(folder, 'store'), { recursive: true })
    cpSync(target, join(folder, 'store'), { recursive: true })
    await start()
    expect((await series()).map((it) => it.count)).toEqual([10, 10, 10, 10, 10, 10])
    const past = { from: noon - 2 * day, to: noon - 2 * day + 2 * hour, buckets: 1 }
    expect((await series(past)).map((it) => it.count)).toEqual([120])
    expect(globSync('**/*.wal', { cwd: target })).toEqual([])
  })
})
