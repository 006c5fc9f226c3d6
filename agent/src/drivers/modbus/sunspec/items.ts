/** Points of the SunSpec models that a unit has, by the descriptions in `profiles/sunspec`. */

import type { Readable } from '../decode.ts'
import type { Format } from '../formats.ts'
import { wordsOf } from '../formats.ts'
import { sourceOf } from '../profiles/items.ts'
import type { SunSpecModel } from '../profiles/load.ts'
import type { Field, PointType } from '../profiles/schema.ts'
import type { Ask, Item } from '../read-items.ts'
import { countAt, type ModelAt } from './walk.ts'

/** Format of a type, and what a device writes where it has no such value (section 4.2.1). */
const types: Record<PointType, { format: Format; missing?: number; isSized?: true }> = {
  int16: { format: 's16', missing: 0x8000 },
  uint16: { format: 'u16', missing: 0xffff },
  acc16: { format: 'u16' },
  enum16: { format: 'u16', missing: 0xffff },
  bitfield16: { format: 'u16', missing: 0xffff },
  int32: { format: 's32', missing: 0x8000_0000 },
  uint32: { format: 'u32', missing: 0xffff_ffff },
  acc32: { format: 'u32' },
  enum32: { format: 'u32', missing: 0xffff_ffff },
  bitfield32: { format: 'u32', missing: 0xffff_ffff },
  int64: { format: 's64', missing: 2 ** 63 },
  uint64: { format: 'u64', missing: 2 ** 64 },
  acc64: { format: 'u64' },
  bitfield64: { format: 'u64', missing: 2 ** 64 },
  float32: { format: 'f32' },
  float64: { format: 'f64' },
  string: { format: 'string' },
}
/** More is no plant but a fault. */
const maxItems = 2000
const maxRepeats = 200

/** Several models of one kind are told apart by a number: `meter.W`, `meter.2.W`. */
export async function sunSpecItems(
  ask: Ask,
  found: readonly ModelAt[],
  models: ReadonlyMap<number, SunSpecModel>,
): Promise<Item[]> {
  const items: Item[] = []
  const seen = new Map<string, number>()
  for (const at of found) {
    const model = models.get(at.id)
    if (model === undefined) continue
    const number = (seen.get(model.of) ?? 0) + 1
    seen.set(model.of, number)
    const prefix = number === 1 ? model.of : `${model.of}.${number}`
    const instance = number === 1 ? '' : String(number)
    items.push(
      ...model.fields.flatMap((it) => itemOf(it, { model: at, base: at.at, end: endOf(at), prefix, instance })),
    )
    for (const group of model.groups) {
      const fit = Math.max(0, Math.floor((at.length + 2 - group.at) / group.length))
      const told = group.count_at === undefined ? fit : ((await countAt(ask, at.at + group.count_at)) ?? fit)
      for (let index = 1; index <= Math.min(told, fit, maxRepeats); index += 1) {
        const base = at.at + group.at + (index - 1) * group.length
        const place = { model: at, base, end: base + group.length, prefix: `${prefix}.${group.of}.${index}` }
        items.push(...group.fields.flatMap((it) => itemOf(it, { ...place, instance: `${group.of} ${index}` })))
      }
    }
  }
  return items.slice(0, maxItems)
}

function endOf({ at, length }: ModelAt): number {
  return at + 2 + length
}

type Place = { model: ModelAt; base: number; end: number; prefix: string; instance: string }

/** Nothing where the model of the device ends before the field: older ones are shorter. */
function itemOf(field: Field, { model, base, end, prefix, instance }: Place): Item[] {
  const { format, missing } = types[field.type]
  const address = base + field.at
  if (address + wordsOf(format, field.length) > end || address > 0xffff) return []
  const isBits = field.type.startsWith('bitfield')
  const id = `${prefix}.${field.id}`
  const register: Readable = {
    id,
    name: field.title,
    table: 'holding',
    address,
    format,
    wordOrder: 'big',
    scale: field.scale,
    offset: 0,
    class: field.class,
    unit: field.unit,
    ...(missing === undefined ? {} : { missing: [missing] }),
    ...(field.length === undefined ? {} : { length: field.length }),
    ...(field.sf === undefined ? {} : { scaleRegister: model.at + field.sf }),
    ...(field.words === undefined ? {} : isBits ? { flags: field.words, every: field.every } : { states: field.words }),
  }
  return [{ register, point: pointOf(field, register, instance) }]
}

function pointOf({ title, words, watch, type, ...field }: Field, register: Readable, instance: string): Item['point'] {
  const states = Object.values(words ?? {})
  return {
    id: register.id,
    class: field.class,
    instance,
    name: title,
    unit: field.unit,
    // Several words at once are none of these.
    ...(words === undefined || field.every === true
      ? {}
      : { states: [...new Set(type.startsWith('bitfield') ? ['normal', ...states] : states)] }),
    ...(watch === undefined
      ? {}
      : { watch: { isDirect: watch.direct, ...(watch.states === undefined ? {} : { states: watch.states }) } }),
    source: sourceOf(register),
  }
}
