import { randomBytes } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import type { Catalogue } from './catalogue.ts'
import { query } from './connection.ts'
import type { Gate } from './gate.ts'
import { type DayTable, dayMs, monthOf, nextMonth, type Segment, segmentFile } from './layout.ts'
import { customersIn, lastValuesOf, rollUpDay, rollUpMonth, sealValues } from './seal-statements.ts'

export type SealParts = {
  folder: string
  connection: DuckDBConnection
  catalogue: Catalogue
  gate: Gate
  /** one transaction at a time on the file's tables */
  turn: <T>(work: () => Promise<T>) => Promise<T>
}

type Replacement = { added: Segment[]; replaced: Segment[] }

const CustomerRow = z.object({ customer: z.string() })

/**
 * Moves a day's values from the tables into files of their customers, merged with those there are. Until the last
 * step everything is as before; that step is one transaction, and a file that no transaction names is swept away at the
 * next start. Gives the number of files written.
 */
export async function sealDay(parts: SealParts, day: number): Promise<number> {
  const tables = await parts.turn(async () => {
    const its = parts.catalogue.tables.filter((it) => it.day === day)
    for (const { name } of its) parts.catalogue.frozen.add(name)
    return its
  })
  if (tables.length === 0) return 0
  const customers = z.array(CustomerRow).parse(await query(parts.connection, customersIn(tables)))
  const all: Replacement = { added: [], replaced: [] }
  try {
    for (const { customer } of customers) {
      const one = await sealCustomer(parts, customer, day, tables)
      all.added.push(...one.added)
      all.replaced.push(...one.replaced)
    }
    await parts.connection.run(lastValuesOf(tables))
    await parts.gate.exclusive(() => parts.turn(() => putInPlace(parts, tables, all)))
  } catch (error) {
    await removeFiles(parts.folder, all.added)
    throw error
  }
  await removeFiles(parts.folder, all.replaced)
  return all.added.length
}

async function sealCustomer(
  parts: SealParts,
  customer: string,
  day: number,
  tables: readonly DayTable[],
): Promise<Replacement> {
  const month = { from: monthOf(day), to: nextMonth(day) }
  const existing = (tier: Segment['tier'], from: number): Segment | undefined =>
    parts.catalogue.segments.find((it) => it.customer === customer && it.tier === tier && it.from === from)
  const pathOf = (it: Segment): string => join(parts.folder, it.file)
  const before = { raw: existing('raw', day), fine: existing('5m', day), hourly: existing('1h', month.from) }
  const raw = await fresh(parts, { customer, tier: 'raw', from: day, to: day + dayMs })
  const fine = await fresh(parts, { customer, tier: '5m', from: day, to: day + dayMs })
  const hourly = await fresh(parts, { customer, tier: '1h', ...month })
  const sealed = before.raw === undefined ? null : pathOf(before.raw)
  const wholeMonth = before.hourly === undefined ? null : pathOf(before.hourly)
  await parts.connection.run(sealValues({ customer, day, tables, sealed }, pathOf(raw)))
  await parts.connection.run(rollUpDay('raw', pathOf(raw), '5m', pathOf(fine)))
  await parts.connection.run(rollUpMonth(pathOf(fine), raw, wholeMonth, pathOf(hourly)))
  for (const it of [raw, fine, hourly]) await makeDurable(pathOf(it))
  return { added: [raw, fine, hourly], replaced: Object.values(before).filter((it) => it !== undefined) }
}

async function fresh(parts: SealParts, it: Omit<Segment, 'file'>): Promise<Segment> {
  const file = segmentFile(it, randomBytes(4).toString('hex'))
  await mkdir(dirname(join(parts.folder, file)), { recursive: true, mode: 0o700 })
  return { file, ...it }
}

/** The file and its name are on the disk before the transaction that drops the tables. */
async function makeDurable(path: string): Promise<void> {
  for (const each of [path, dirname(path)]) {
    const handle = await open(each, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

async function putInPlace(parts: SealParts, tables: readonly DayTable[], change: Replacement): Promise<void> {
  const { connection, catalogue } = parts
  await connection.run('begin')
  try {
    await replaceSegments(connection, change)
    await connection.run(
      'delete from last_values using newest where last_values.series = newest.series and newest.at_ms >= last_values.at_ms',
    )
    await connection.run(
      'insert into last_values select * from newest where series in (select id from series) and series not in (select series from last_values)',
    )
    for (const { name } of tables) await connection.run(`drop table ${name}`)
    await connection.run('commit')
  } catch (error) {
    await connection.run('rollback').catch(() => undefined)
    throw error
  }
  const gone = new Set(tables.map((it) => it.name))
  catalogue.tables = catalogue.tables.filter((it) => !gone.has(it.name))
  for (const name of gone) catalogue.frozen.delete(name)
  catalogue.segments = [...catalogue.segments.filter((it) => !change.replaced.includes(it)), ...change.added]
}

/** Within a transaction: these files count instead of those. */
export async function replaceSegments(connection: DuckDBConnection, change: Replacement): Promise<void> {
  for (const { file } of change.replaced) await connection.run('delete from segments where file = $1', [file])
  for (const { file, customer, tier, from, to } of change.added) {
    const values = [file, customer, tier, from, to]
    await connection.run('insert into segments values ($1, $2, $3, $4::bigint, $5::bigint)', values)
  }
}

/** Deletes files that no transaction names any more. One that stays is swept away at the next start. */
export async function removeFiles(folder: string, segments: readonly Segment[]): Promise<void> {
  for (const { file } of segments) await rm(join(folder, file), { force: true })
}
