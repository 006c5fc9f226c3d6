/** Objects and properties as the standard numbers them (ASHRAE 135, clauses 12 and 21), and what they are to people. */
import type { PointValue } from '@steward/shared/model'
import { z } from 'zod'

export type ObjectId = { type: number; instance: number }
/** A value with its application tag (clause 20.2.1.4). */
export type Value = { type: number; value?: unknown }

export const property = {
  activeText: 4,
  applicationVersion: 12,
  description: 28,
  firmware: 44,
  inactiveText: 46,
  modelName: 70,
  objectIdentifier: 75,
  objectList: 76,
  objectName: 77,
  presentValue: 85,
  stateText: 110,
  units: 117,
  vendorName: 121,
  serialNumber: 372,
} as const

export const deviceType = 8
/** "Whoever you are": a device takes it for itself (clause 12.11.1). */
export const anyDevice = 4_194_303

type Kind = 'figure' | 'binary' | 'multi'

/** Objects that have a present value worth a point. */
const kinds: ReadonlyMap<number, { name: string; kind: Kind }> = new Map([
  [0, { name: 'analog-input', kind: 'figure' }],
  [1, { name: 'analog-output', kind: 'figure' }],
  [2, { name: 'analog-value', kind: 'figure' }],
  [3, { name: 'binary-input', kind: 'binary' }],
  [4, { name: 'binary-output', kind: 'binary' }],
  [5, { name: 'binary-value', kind: 'binary' }],
  [13, { name: 'multi-state-input', kind: 'multi' }],
  [14, { name: 'multi-state-output', kind: 'multi' }],
  [19, { name: 'multi-state-value', kind: 'multi' }],
  [23, { name: 'accumulator', kind: 'figure' }],
  [24, { name: 'pulse-converter', kind: 'figure' }],
  [45, { name: 'integer-value', kind: 'figure' }],
  [46, { name: 'large-analog-value', kind: 'figure' }],
  [48, { name: 'positive-integer-value', kind: 'figure' }],
])

export function kindOf({ type }: ObjectId): { name: string; kind: Kind } | undefined {
  return kinds.get(type)
}

/** A unit of the standard (clause 21, BACnetEngineeringUnits) in the field's plain unit: value × scale + offset. */
export type Unit = { unit: string; class: string; scale: number; offset: number }

const plain = (unit: string, kind: string, scale = 1, offset = 0): Unit => ({ unit, class: kind, scale, offset })

const units: ReadonlyMap<number, Unit> = new Map([
  [2, plain('A', 'current', 0.001)],
  [3, plain('A', 'current')],
  [5, plain('V', 'voltage')],
  [6, plain('V', 'voltage', 1000)],
  [8, plain('VA', 'apparent-power')],
  [9, plain('VA', 'apparent-power', 1000)],
  [11, plain('var', 'reactive-power')],
  [12, plain('var', 'reactive-power', 1000)],
  [15, plain('', 'power-factor')],
  [18, plain('Wh', 'energy')],
  [19, plain('Wh', 'energy', 1000)],
  [27, plain('Hz', 'frequency')],
  [29, plain('%', 'humidity')],
  [36, plain('lm', 'luminous-flux')],
  [37, plain('lx', 'illuminance')],
  [39, plain('kg', 'mass')],
  [47, plain('W', 'power')],
  [48, plain('W', 'power', 1000)],
  [49, plain('W', 'power', 1_000_000)],
  [53, plain('Pa', 'pressure')],
  [54, plain('Pa', 'pressure', 1000)],
  [55, plain('Pa', 'pressure', 100_000)],
  [62, plain('°C', 'temperature')],
  [63, plain('°C', 'temperature', 1, -273.15)],
  [64, plain('°C', 'temperature', 5 / 9, -160 / 9)],
  [70, plain('d', 'duration')],
  [71, plain('h', 'duration')],
  [72, plain('min', 'duration')],
  [73, plain('s', 'duration')],
  [74, plain('m/s', 'velocity')],
  [80, plain('m³', 'volume')],
  [82, plain('L', 'volume')],
  [85, plain('m³/s', 'flow')],
  [87, plain('L/s', 'flow')],
  [88, plain('L/min', 'flow')],
  [90, plain('°', 'angle')],
  [95, plain('', 'value')],
  [96, plain('ppm', 'concentration')],
  [98, plain('%', 'percentage')],
  [104, plain('rpm', 'speed')],
  [124, plain('V', 'voltage', 0.001)],
  [132, plain('W', 'power', 0.001)],
  [133, plain('Pa', 'pressure', 100)],
  [135, plain('m³/h', 'flow')],
  [146, plain('Wh', 'energy', 1_000_000)],
])

/** Not listed: the figure as it is, without a unit. */
export function unitOf(number: number | null): Unit {
  return (number === null ? undefined : units.get(number)) ?? plain('', 'value')
}

const Id = z.object({ type: z.int().min(0), instance: z.int().min(0) })

export function objectIdsOf(values: readonly Value[] | null): ObjectId[] {
  return (values ?? []).flatMap((it) => {
    const id = Id.safeParse(it.value)
    return id.success ? [id.data] : []
  })
}

/** Device texts are for people: control characters are dropped, and what is longer than a name is cut. */
export function textOf(values: readonly Value[] | null): string {
  const [first] = values ?? []
  if (typeof first?.value !== 'string') return ''
  return first.value
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 120)
}

export function textsOf(values: readonly Value[] | null): string[] {
  return (values ?? []).map((it) => textOf([it]))
}

export function numberOf(values: readonly Value[] | null): number | null {
  const [first] = values ?? []
  return typeof first?.value === 'number' && Number.isFinite(first.value) ? first.value : null
}

/** What a point becomes of a present value. `words`: the states, the first is 0 of a binary and 1 of a multi-state object. */
export function presentOf(
  values: readonly Value[] | null,
  it: { kind: Kind; unit: Unit; words: string[] },
): PointValue {
  const [first] = values ?? []
  const raw = typeof first?.value === 'boolean' ? Number(first.value) : numberOf(values)
  if (raw === null) return null
  if (it.kind === 'figure') return Number((raw * it.unit.scale + it.unit.offset).toPrecision(7))
  return it.words[it.kind === 'binary' ? raw : raw - 1] ?? String(raw)
}
