/** SunSpec devices over real sockets: the models are found, and their points have name, value and unit. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDrivers, loadModbusProfiles, openSession, type Reading } from '@steward/agent/drivers'
import { ModbusConnection } from '@steward/shared/model'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { recordings } from '../requirements.ts'
import { openGate, startModbusDevice } from '../simulators/index.ts'

const { profiles, problems } = loadModbusProfiles(join(import.meta.dirname, '..', '..', 'agent', 'profiles'))
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** Polls one unit with these holding registers as `steward probe` does. */
async function read(words: ReadonlyMap<number, number>): Promise<Reading> {
  const registers = { words: () => words, identity: { vendor: '', product: '', revision: '' } }
  const device = await startModbusDevice({ address: '127.0.0.1', port: 0, unit: 1, gate: openGate(), registers })
  closers.push(() => device.close())
  const drivers = createDrivers({ modbus: profiles })
  const connection = ModbusConnection.parse({ driver: 'modbus', port: device.port })
  const session = openSession(drivers, { device: 'd', address: '127.0.0.1', connection, secret: null })
  closers.push(() => session.close())
  return session.poll({ timeoutMs: 5000, signal: AbortSignal.timeout(60_000) })
}

const textWords = (text: string, count: number): number[] => {
  const bytes = Buffer.alloc(count * 2)
  bytes.write(text)
  return Array.from({ length: count }, (_, at) => bytes.readUInt16BE(at * 2))
}
const common = [1, 66, ...textWords('Acme', 16), ...textWords('PV-9000', 16), ...textWords('', 8)]
const commonModel = [...common, ...textWords('1.2.3', 8), ...textWords('SN0042', 16), 1, 0x8000]

/** A map from `base` on: mark, common model, the others, the end. */
function mapOf(base: number, ...models: number[][]): Map<number, number> {
  const all = [0x5375, 0x6e53, ...commonModel, ...models.flat(), 0xffff, 0]
  return new Map(all.map((word, at) => [base + at, word]))
}

const none = 0xffff
const minus = (value: number): number => value & 0xffff
/** Model 103: three-phase inverter with whole numbers and powers of ten. */
const inverter = [
  ...[
    103,
    50,
    123,
    41,
    41,
    41,
    minus(-1),
    none,
    none,
    none,
    2301,
    2302,
    2303,
    minus(-1),
    minus(-2500),
    0,
    4998,
    minus(-2),
  ],
  ...[2510, 0, minus(-120), 0, minus(-995), minus(-1), 0, 12_345, 1, none, 0x8000, 6500, minus(-1), 0x8000, 0x8000],
  ...[421, 0x8000, 0x8000, 0x8000, minus(-1), 4, none, 0, 0b10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
].slice(0, 52)

test('all descriptions of models can be read', () => {
  expect(problems).toEqual([])
  expect([...profiles.models.keys()]).toEqual(
    expect.arrayContaining([101, 102, 103, 111, 113, 160, 201, 204, 701, 802]),
  )
})

test.each([40_000, 50_000, 0])('a map at %i is found, walked and read', async (base) => {
  const reading = await read(mapOf(base, inverter))
  expect(reading.identity).toEqual({ vendor: 'Acme', model: 'PV-9000', firmware: '1.2.3', serial: 'SN0042' })
  expect(reading.findings?.profile).toBe('sunspec')
  expect(reading.errors).toEqual([])
  const known = {
    'inverter.A': 12.3,
    'inverter.PhVphB': 230.2,
    'inverter.W': -2500,
    'inverter.Hz': 49.98,
    'inverter.WH': 123_450,
    'inverter.DCV': 650,
    'inverter.TmpCab': 42.1,
    'inverter.St': 'MPPT',
    'inverter.Evt1': 'DC over volt',
  }
  expect(reading.values).toMatchObject(known)
  const units = new Map(reading.points?.map((it) => [it.id, it.unit]))
  expect([units.get('inverter.W'), units.get('inverter.TmpCab'), units.get('inverter.St')]).toEqual(['W', '°C', ''])
  // Not implemented: neither a point nor an error.
  expect(reading.points?.some((it) => it.id === 'inverter.PPVphAB' || it.id === 'inverter.DCA')).toBe(false)
})

test('models of one kind are told apart, and groups repeat as often as they say', async () => {
  const module = (at: number) => [
    at,
    ...textWords(`String ${at}`, 8),
    800 + at,
    6000 + at,
    520,
    0,
    1000,
    0,
    0,
    35,
    4,
    0,
    0,
  ]
  const mppt = [160, 8 + 2 * 20, minus(-2), minus(-1), 0, 0, 0, 0, 2, none, ...module(1), ...module(2)]
  const reading = await read(mapOf(40_000, inverter, inverter, mppt))
  expect(reading.values).toMatchObject({ 'inverter.W': -2500, 'inverter.2.W': -2500 })
  expect(reading.values).toMatchObject({
    'mppt.module.1.DCA': 8.01,
    'mppt.module.2.DCV': 600.2,
    'mppt.module.2.DCSt': 'MPPT',
  })
  expect(Object.keys(reading.values).filter((it) => it.startsWith('mppt.module.3'))).toEqual([])
})

test('a chain that goes on for ever is given up', async () => {
  const endless = new Map<number, number>(
    Array.from({ length: 25_000 }, (_, at) => [40_000 + at, at % 2 === 0 ? 9999 : 0]),
  )
  endless.set(40_000, 0x5375).set(40_001, 0x6e53)
  const reading = await read(endless)
  expect(reading.points).toEqual([])
})

const folder = recordings('modbus')
const Point = z.object({
  name: z.string(),
  type: z.string(),
  size: z.number(),
  sf: z.union([z.string(), z.number()]).optional(),
  units: z.string().optional(),
  access: z.string().optional(),
})
type Point = z.infer<typeof Point>
const Group = z.object({ points: z.array(Point), groups: z.array(z.unknown()).optional() })

/** Units as the standard's models write them, and as ours. */
const plainUnits: Record<string, string> = {
  C: '°C',
  Pct: '%',
  VAR: 'var',
  Var: 'var',
  Varh: 'varh',
  WH: 'Wh',
  AH: 'Ah',
  '%WHRtg': '%',
}
const figures = /^(u?int|acc)(16|32|64)$|^float(32|64)$/
const measured = new Set([
  'A',
  'V',
  'W',
  'VA',
  'var',
  'Var',
  'Hz',
  'Wh',
  'WH',
  'VAh',
  'varh',
  'Varh',
  'C',
  'Ah',
  '%',
  'Pct',
  '%WHRtg',
])

/** Words for a model whose points count up, and what each should be read as; written apart from the driver's decoder. */
function example(id: number, points: readonly Point[]) {
  const sizes = points.reduce((sum, it) => sum + it.size, 0)
  const bytes = Buffer.alloc(sizes * 2)
  const expected: { name: string; at: number; value: number; unit: string }[] = []
  const exponentOf = (it: Point): number => (it.sf === undefined ? 0 : typeof it.sf === 'number' ? it.sf : -1)
  let at = 0
  for (const [index, it] of points.entries()) {
    const raw = 100 + index * 7
    if (it.type === 'sunssf') bytes.writeInt16BE(-1, at * 2)
    else if (it.type === 'float32') bytes.writeFloatBE(raw, at * 2)
    else if (it.type === 'float64') bytes.writeDoubleBE(raw, at * 2)
    else if (figures.test(it.type)) bytes.writeUInt16BE(raw, (at + it.size - 1) * 2)
    if (it.name === 'ID') bytes.writeUInt16BE(id, at * 2)
    if (it.name === 'L') bytes.writeUInt16BE(sizes - 2, at * 2)
    const unit = it.units ?? ''
    if (figures.test(it.type) && measured.has(unit) && it.access !== 'RW')
      expected.push({ name: it.name, at, value: Number((raw * 10 ** exponentOf(it)).toPrecision(9)), unit })
    at += it.size
  }
  const words = Array.from({ length: sizes }, (_, word) => bytes.readUInt16BE(word * 2))
  return { words, expected }
}

describe.skipIf(folder === null)('[recordings] SunSpec models', () => {
  const ids = [101, 102, 103, 111, 112, 113, 120, 122, 201, 202, 203, 204, 211, 212, 213, 214, 307, 701, 713, 802]
  test.each(ids)('every measured point of model %i has its value and unit', async (id) => {
    const file = z
      .object({ group: Group })
      .parse(JSON.parse(readFileSync(join(folder ?? '', 'sunspec', `model_${id}.json`), 'utf8')))
    const { words, expected } = example(id, file.group.points)
    const reading = await read(mapOf(40_000, words))
    const first = 40_002 + commonModel.length
    const wrong = expected.flatMap(({ name, at, value, unit }) => {
      const point = reading.points?.find((it) => it.source?.startsWith(`holding ${first + at} `) ?? false)
      const told = point === undefined ? undefined : reading.values[point.id]
      const isRight = told === value && (point?.unit === (plainUnits[unit] ?? unit) || name.startsWith('WAval'))
      return isRight ? [] : [`${name}: ${value} ${unit}, read ${told} ${point?.unit}`]
    })
    expect(wrong).toEqual([])
    expect(expected.length).toBeGreaterThan(1)
  })
})
