import { expect, test } from 'vitest'
import type { Ask } from '../ask.ts'
import type { Varbind } from '../engine/index.ts'
import { compileProfile } from '../profiles/compile.ts'
import { ProfileFile } from '../profiles/schema.ts'
import { learnTable } from './tables.ts'

const table = '1.3.6.1.4.1.99999.1'

/** A target's columns: what follows the table's OID, and the value. */
function askOf(cells: Record<string, string | number>): Ask {
  const varbinds = Object.entries(cells).map(([at, value]): [string, Varbind] => {
    const oid = `${table}.${at}`
    return [
      oid,
      typeof value === 'number' ? { oid, type: 'integer', value } : { oid, type: 'octets', value: Buffer.from(value) },
    ]
  })
  return {
    get: async () => new Map(),
    present: async () => new Set(),
    column: async (root) =>
      new Map(
        varbinds.flatMap(([oid, it]) =>
          oid.startsWith(`${root}.`) ? [[oid.slice(root.length + 1), it] as const] : [],
        ),
      ),
  }
}

async function learn(symbol: object, rows: object, cells: Record<string, string | number>) {
  const file = ProfileFile.parse({
    metrics: [{ table: { OID: table }, symbols: [{ OID: `${table}.1`, id: 'it.{index}', ...symbol }], ...rows }],
  })
  const spec = compileProfile('acme/box', file, []).tables[0]
  if (spec === undefined) throw new Error('the profile has no table')
  return await learnTable(askOf(cells), spec)
}

test('a column above zero multiplies, below zero divides', async () => {
  const learned = await learn({ scale_by: { OID: `${table}.2` } }, {}, { '1.1': 5, '1.2': 5, '2.1': -10, '2.2': 100 })
  expect(learned.map((it) => it.read.row.factor)).toEqual([0.1, 100])
})

test('rows count, or do not, by another column', async () => {
  const cells = { '1.1': 1, '1.2': 2, '1.3': 3, '2.1': 7, '2.2': 8, '2.3': 7, '3.3': 0 }
  const keep = { keep_rows: { OID: `${table}.2`, in: [7] } }
  const skip = { skip_rows: { OID: `${table}.3`, in: [0] } }
  expect((await learn({}, keep, cells)).map((it) => it.point.id)).toEqual(['it.1', 'it.3'])
  expect((await learn({}, { ...keep, ...skip }, cells)).map((it) => it.point.id)).toEqual(['it.1'])
})

test('what a row measures is told by its index, by a value or by words', async () => {
  const kinds = { mapping: { 4: { class: 'voltage', unit: 'V' } } }
  const byIndex = await learn({ kind_by: { index: 2, ...kinds } }, {}, { '1.1.4': 230, '1.4.1': 5 })
  expect(byIndex.map((it) => it.point.unit)).toEqual(['V', ''])
  const byValue = await learn({ kind_by: { OID: `${table}.2`, ...kinds } }, {}, { '1.1': 230, '2.1': 4 })
  expect(byValue.map((it) => it.point.class)).toEqual(['voltage'])
  const words = [
    { match: 'fan', class: 'fan-speed', unit: 'rpm' },
    { match: 'temp', class: 'temperature', unit: '°C' },
  ]
  const byWords = await learn(
    { kind_by: { OID: `${table}.2`, words } },
    {},
    { '1.1': 40, '1.2': 3000, '1.3': 1, '2.1': 'CPU TEMP', '2.2': 'Fan 1', '2.3': 'Door' },
  )
  expect(byWords.map((it) => it.point.class)).toEqual(['temperature', 'fan-speed', 'value'])
})

test('a class brings its unit, unless the profile names one', async () => {
  const cells = { '1.1': 20 }
  expect((await learn({ class: 'temperature' }, {}, cells)).map((it) => it.point.unit)).toEqual(['°C'])
  expect((await learn({ class: 'temperature', unit: 'K' }, {}, cells)).map((it) => it.point.unit)).toEqual(['K'])
})
