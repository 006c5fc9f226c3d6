import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import type { PointValue } from '@steward/shared/model'
import type { SampleBatch } from '../../store.ts'
import { type Catalogue, customerOf, newTable, noteCustomer, openTable } from './catalogue.ts'
import { createDraft, type Draft, settle, touch } from './draft.ts'
import type { SeriesCatalogue } from './known-series.ts'
import { type DayTable, dayOf } from './layout.ts'

/** DuckDB's own vector size: one call into it, about 2 ms of the event loop. */
const rowsAChunk = 2048
const rowTypes = [INTEGER, INTEGER, DOUBLE, VARCHAR, BOOLEAN]
const seriesTypes = [INTEGER, VARCHAR, VARCHAR, VARCHAR]

export type Written = { stored: number; leftOut: number }

export type WriterParts = {
  connection: DuckDBConnection
  catalogue: Catalogue
  series: SeriesCatalogue
  now: () => number
  /** values outside are left out */
  kept: () => { from: number; until: number }
}

/** The rows of one day on their way into its table. */
type Lane = {
  table: DayTable
  isNew: boolean
  appender: DuckDBAppender
  ids: number[]
  ms: number[]
  nums: (number | null)[]
  words: (string | null)[]
  flags: (boolean | null)[]
}

type Work = WriterParts & { draft: Draft; lanes: Map<number, Lane>; customers: Map<string, string> }

/** Writes batches in one transaction: all of them are durable when it resolves, none when it throws. */
export async function writeBatches(parts: WriterParts, batches: readonly SampleBatch[]): Promise<Written[]> {
  const work: Work = { ...parts, draft: createDraft(parts.series), lanes: new Map(), customers: new Map() }
  await parts.connection.run('begin')
  try {
    const written: Written[] = []
    for (const batch of batches) written.push(await addBatch(work, batch))
    for (const lane of work.lanes.values()) flush(lane)
    await writeSeries(work)
    await writeCustomers(work)
    await parts.connection.run('commit')
    publish(work)
    return written
  } catch (error) {
    await parts.connection.run('rollback').catch(() => undefined)
    throw error
  } finally {
    for (const lane of work.lanes.values()) closeQuietly(lane.appender)
  }
}

async function addBatch(work: Work, { customer, site, samples }: SampleBatch): Promise<Written> {
  const kept = work.kept()
  const written = { stored: 0, leftOut: 0 }
  if (customerOf(work.catalogue, site) !== customer) work.customers.set(site, customer)
  for (const { device, at, values } of samples) {
    const points = Object.keys(values)
    if (at < kept.from || at >= kept.until) {
      written.leftOut += points.length
      continue
    }
    const day = dayOf(at)
    const lane = work.lanes.get(day) ?? (await openLane(work, day))
    const known = work.series.device(site, device)
    const key = { site, device, point: '' }
    for (const point of points) {
      key.point = point
      const value = values[point] ?? null
      const id = touch(work.draft, known, key, at, value)
      if (id === null) {
        written.leftOut += 1
        continue
      }
      written.stored += 1
      push(lane, id, at - day, value)
      if (lane.ids.length < rowsAChunk) continue
      flush(lane)
      await nextTurn()
    }
  }
  return written
}

async function openLane(work: Work, day: number): Promise<Lane> {
  const known = openTable(work.catalogue, day)
  const table = known ?? newTable(work.catalogue, day)
  if (known === undefined) {
    await work.connection.run(
      `create table ${table.name} (series integer not null, ms integer not null, num double, word varchar, flag boolean)`,
    )
  }
  const appender = await work.connection.createAppender(table.name)
  const lane = { table, isNew: known === undefined, appender, ids: [], ms: [], nums: [], words: [], flags: [] }
  work.lanes.set(day, lane)
  return lane
}

function push(lane: Lane, id: number, ms: number, value: PointValue): void {
  lane.ids.push(id)
  lane.ms.push(ms)
  lane.nums.push(typeof value === 'number' ? value : null)
  lane.words.push(typeof value === 'string' ? value : null)
  lane.flags.push(typeof value === 'boolean' ? value : null)
}

function flush(lane: Lane): void {
  if (lane.ids.length === 0) return
  const chunk = DuckDBDataChunk.create(rowTypes, lane.ids.length)
  chunk.setColumns([lane.ids, lane.ms, lane.nums, lane.words, lane.flags])
  lane.appender.appendDataChunk(chunk)
  lane.appender.flushSync()
  for (const column of [lane.ids, lane.ms, lane.nums, lane.words, lane.flags]) column.length = 0
}

async function writeSeries(work: Work): Promise<void> {
  const fresh = [...work.draft.fresh.values()]
  if (fresh.length === 0) return
  const appender = await work.connection.createAppender('series')
  try {
    for (let from = 0; from < fresh.length; from += rowsAChunk) {
      const part = fresh.slice(from, from + rowsAChunk)
      const chunk = DuckDBDataChunk.create(seriesTypes, part.length)
      chunk.setRows(part.map((it) => [it.entry.id, it.site, it.device, it.point]))
      appender.appendDataChunk(chunk)
      appender.flushSync()
      await nextTurn()
    }
  } finally {
    closeQuietly(appender)
  }
}

async function writeCustomers(work: Work): Promise<void> {
  for (const [site, customer] of work.customers) {
    const values = { site, customer }
    await work.connection.run('delete from site_customers where site = $site and customer = $customer', values)
    await work.connection.run(
      'insert into site_customers select $site, $customer, coalesce(max(since), 0) + 1 from site_customers',
      values,
    )
  }
}

/** After the commit: others may see it. */
function publish(work: Work): void {
  settle(work.draft)
  for (const { table, isNew } of work.lanes.values()) {
    work.catalogue.writtenAt.set(table.day, work.now())
    if (isNew) work.catalogue.tables.push(table)
  }
  for (const [site, customer] of work.customers) noteCustomer(work.catalogue, site, customer)
}

/** What is not flushed by now belongs to a transaction that failed, and must not be written after it. */
function closeQuietly(appender: DuckDBAppender): void {
  try {
    appender.clear()
    appender.closeSync()
  } catch {
    // Its transaction was rolled back, and its table with it.
  }
}
