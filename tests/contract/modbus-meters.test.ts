/** Energy meters over real sockets: known by what they hold, and read by their family's profile. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDrivers, loadModbusProfiles, openSession, type Reading } from '@steward/agent/drivers'
import { ModbusConnection } from '@steward/shared/model'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { recordings } from '../requirements.ts'
import { floatWords, openGate, type Registers, startModbusDevice } from '../simulators/index.ts'

const { profiles, problems } = loadModbusProfiles(join(import.meta.dirname, '..', '..', 'agent', 'profiles'))
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function read(registers: Partial<Registers>): Promise<Reading> {
  const all = { words: () => new Map(), identity: { vendor: '', product: '', revision: '' }, ...registers }
  const device = await startModbusDevice({ address: '127.0.0.1', port: 0, unit: 1, gate: openGate(), registers: all })
  closers.push(() => device.close())
  const connection = ModbusConnection.parse({ driver: 'modbus', port: device.port })
  const session = openSession(createDrivers({ modbus: profiles }), {
    device: 'd',
    address: '127.0.0.1',
    connection,
    secret: null,
  })
  closers.push(() => session.close())
  return session.poll({ timeoutMs: 5000, signal: AbortSignal.timeout(60_000) })
}

function textWords(at: number, text: string): [number, number][] {
  const bytes = Buffer.from(text.padEnd(text.length + (text.length % 2), '\0'))
  return Array.from({ length: bytes.length / 2 }, (_, word) => [at + word, bytes.readUInt16BE(word * 2)])
}

test('all profiles can be read', () => {
  expect(problems).toEqual([])
  expect(profiles.families.length).toBeGreaterThan(10)
})

test('a meter that tells what it is by function 43 is read by its family', async () => {
  const words = new Map([...floatWords(3027, 231.5), ...floatWords(3059, 1.25), ...floatWords(3109, 50.02)])
  const identity = { vendor: 'Schneider Electric', product: 'METSEPM5110', revision: '2.1.3', model: 'PM5110' }
  const reading = await read({ words: () => words, identity })
  expect(reading.findings).toMatchObject({ profile: 'schneider/power-meter', kind: 'meter' })
  expect(reading.identity).toMatchObject({ vendor: 'Schneider Electric', model: 'PM5110', firmware: '2.1.3' })
  expect(reading.values).toEqual({ 'voltage.l1': 231.5, power: 1250, frequency: 50.02 })
  expect(reading.errors).toEqual([])
})

test('a meter that holds its name in registers is read by its family', async () => {
  const words = new Map([
    ...textWords(0x8960, 'B23 112-100'),
    [0x8900, 0x12],
    [0x8901, 0x3456],
    [0x5b00, 0],
    [0x5b01, 2305],
  ])
  const reading = await read({ words: () => words })
  expect(reading.identity).toMatchObject({ vendor: 'ABB', model: 'B23 112-100', serial: String(0x12_3456) })
  expect(reading.values).toEqual({ 'voltage.l1': 230.5 })
})

test('what only holds other numbers is of no family', async () => {
  const words = new Map(Array.from({ length: 400 }, (_, at) => [at, at] as const))
  const reading = await read({ words: () => words, inputs: () => words })
  expect([reading.findings?.profile, reading.points]).toEqual([undefined, []])
})

type Encoding = 'f32' | 'f32le' | 'f64' | 's16' | 's32' | 's32le' | 's64' | 'u32' | 'u16' | 'u64'

/** Words of a number, written apart from the driver's decoder. */
function wordsOf(encoding: Encoding, value: number): number[] {
  const size = encoding.startsWith('f64') || encoding.endsWith('64') ? 8 : encoding.endsWith('16') ? 2 : 4
  const view = new DataView(new ArrayBuffer(size))
  if (encoding === 'f32' || encoding === 'f32le') view.setFloat32(0, value)
  else if (encoding === 'f64') view.setFloat64(0, value)
  else if (size === 8) view.setBigInt64(0, BigInt(Math.round(value)))
  else if (size === 4) view.setInt32(0, Math.round(value))
  else view.setInt16(0, Math.round(value))
  const words = Array.from({ length: size / 2 }, (_, at) => view.getUint16(at * 2))
  return encoding.endsWith('le') ? words.reverse() : words
}

/** What a measurement is called in the register maps: its value in plain units, and the raw unit's share of it. */
type Kind = 'V' | 'A' | 'W' | 'PF' | 'Hz' | 'Wh'
type Meter = { name: string; table: 'input' | 'holding'; of: Record<Kind, [Encoding, number]>; skip?: RegExp }

const float = (watt: number, wattHour: number): Meter['of'] => ({
  V: ['f32', 1],
  A: ['f32', 1],
  W: ['f32', watt],
  PF: ['f32', 1],
  Hz: ['f32', 1],
  Wh: ['f32', wattHour],
})
const gavazzi: Meter['of'] = {
  V: ['s32le', 0.1],
  A: ['s32le', 0.001],
  W: ['s32le', 0.1],
  PF: ['s16', 0.001],
  Hz: ['s16', 0.1],
  Wh: ['s32le', 100],
}
const abb: Meter['of'] = {
  V: ['u32', 0.1],
  A: ['u32', 0.01],
  W: ['s32', 0.01],
  PF: ['s16', 0.001],
  Hz: ['u16', 0.01],
  Wh: ['u64', 10],
}
const saia: Meter['of'] = {
  V: ['u16', 1],
  A: ['u16', 0.1],
  W: ['s16', 10],
  PF: ['s16', 0.01],
  Hz: ['u16', 1],
  Wh: ['u32', 10],
}
const meters: Meter[] = [
  ...['sdm', 'sdm120', 'sdm220', 'sdm230', 'sdm54', 'sdm72v2', 'x961a'].map((name) => ({
    name,
    table: 'input' as const,
    of: float(1, 1000),
    skip: /T\d$/,
  })),
  { name: 'abb', table: 'holding', of: abb },
  { name: 'carlogavazzi-em24', table: 'input', of: gavazzi },
  { name: 'carlogavazzi-em24_e1', table: 'input', of: gavazzi },
  { name: 'carlogavazzi-ex3x0', table: 'input', of: gavazzi },
  { name: 'iem3000', table: 'holding', of: { ...float(1000, 1), Wh: ['s64', 1] } },
  { name: 'janitza', table: 'holding', of: float(1, 1) },
  { name: 'inepro', table: 'holding', of: float(1000, 1000), skip: /T\d$|^Reactive(Sum|Import|Export)L/ },
  { name: 'wago87930', table: 'holding', of: float(1000, 1000) },
  { name: 'finder7m24', table: 'input', of: float(1, 1), skip: /^THD$/ },
  { name: 'finder7m38', table: 'input', of: float(1, 1) },
  {
    name: 'dtsu666',
    table: 'holding',
    of: {
      V: ['f32', 0.1],
      A: ['f32', 0.001],
      W: ['f32', 0.1],
      PF: ['f32', 0.001],
      Hz: ['f32', 0.01],
      Wh: ['f32', 1000],
    },
  },
  { name: 'pac2200', table: 'input', of: { ...float(1, 1), Wh: ['f64', 1] }, skip: /^Frequency$/ },
  { name: 'sbc', table: 'holding', of: saia },
  { name: 'orno3p', table: 'holding', of: float(1000, 1000), skip: /T\d$|^Reactive(Sum|Import|Export)L/ },
]

function kindOf(name: string): Kind | null {
  if (/^Voltage/.test(name)) return 'V'
  if (/^Current/.test(name)) return 'A'
  if (/^(Active|Reactive|Apparent)?Power/.test(name)) return 'W'
  if (/^Cosphi/.test(name)) return 'PF'
  if (name === 'Frequency') return 'Hz'
  return /^(Reactive)?(Import|Export|Sum)/.test(name) ? 'Wh' : null
}

const middle: Record<Kind, number> = { V: 230, A: 5, W: 1000, PF: 0.5, Hz: 50, Wh: 5_000_000 }
const folder = recordings('modbus')

describe.skipIf(folder === null)('[recordings] register maps of meters', () => {
  const Maps = z.object({ meters: z.record(z.string(), z.object({ registers: z.record(z.string(), z.number()) })) })

  test.each(meters)('$name', async ({ name, table, of, skip }) => {
    const maps = Maps.parse(JSON.parse(readFileSync(join(folder ?? '', 'mbmd_registers.json'), 'utf8')))
    const words = new Map<number, number>()
    const expected: { at: number; what: string; value: number; kind: Kind }[] = []
    for (const [index, [what, at]] of Object.entries(maps.meters[name]?.registers ?? {}).entries()) {
      const kind = kindOf(what)
      if (kind === null || skip?.test(what)) continue
      const [encoding, share] = of[kind]
      const raw = encoding.startsWith('f')
        ? Math.fround((middle[kind] / share) * (1 + index / 1024))
        : Math.round((middle[kind] / share) * (1 + index / 1000))
      for (const [word, content] of wordsOf(encoding, raw).entries()) words.set(at + word, content)
      expected.push({ at, what, value: raw * share, kind })
    }
    const reading = await read(table === 'input' ? { inputs: () => words } : { words: () => words })
    const wrong = expected.flatMap(({ at, what, value, kind }) => {
      const point = reading.points?.find((it) => it.source?.startsWith(`${table} ${at} `) ?? false)
      const told = point === undefined ? Number.NaN : Number(reading.values[point.id])
      const isNear = Math.abs(told - value) <= Math.abs(value) * 1e-6
      const unit = kind === 'PF' ? '' : kind
      const units = unit === 'W' ? ['W', 'var', 'VA'] : unit === 'Wh' ? ['Wh', 'varh'] : [unit]
      return isNear && units.includes(point?.unit ?? '?')
        ? []
        : [`${what} at ${at}: ${value}, read ${told} ${point?.unit}`]
    })
    expect(wrong).toEqual([])
    expect(expected.length).toBeGreaterThan(3)
    expect(reading.errors).toEqual([])
  })
})
