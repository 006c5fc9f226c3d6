/** Registers of a family as items to be read. Pure. */
import type { LearnedPoint } from '../../contract.ts'
import type { Readable } from '../decode.ts'
import type { Register } from '../formats.ts'
import type { Item } from '../read-items.ts'
import type { Family, Value } from './schema.ts'

type Optional =
  | 'table'
  | 'format'
  | 'wordOrder'
  | 'byteOrder'
  | 'length'
  | 'mask'
  | 'shift'
  | 'missing'
  | 'scale'
  | 'offset'
type Placed = { [Key in Optional]?: Register[Key] | undefined } & { at: number }

/** A place of the family as a register; what it does not say itself the family says. */
export function registerAt(id: string, place: Placed, defaults: Family['defaults']): Register {
  const { at, table, format, wordOrder, byteOrder, missing, length, mask, shift, scale, offset } = place
  const order = byteOrder ?? defaults.byteOrder
  const none = missing ?? defaults.missing
  return {
    id,
    name: id,
    table: table ?? defaults.table ?? 'holding',
    address: at,
    format: format ?? defaults.format ?? 'u16',
    wordOrder: wordOrder ?? defaults.wordOrder ?? 'big',
    ...(order === undefined ? {} : { byteOrder: order }),
    ...(none === undefined ? {} : { missing: none }),
    ...(length === undefined ? {} : { length }),
    ...(mask === undefined ? {} : { mask }),
    ...(shift === undefined ? {} : { shift }),
    scale: scale ?? 1,
    offset: offset ?? 0,
    class: 'value',
    unit: '',
  }
}

export function itemsOf({ registers, defaults }: Family): Item[] {
  return registers.flatMap((value) => {
    const { count, step } = value.repeat ?? { count: 1, step: 0 }
    return Array.from({ length: count }, (_, at) => itemOf(value, at, step, defaults))
  })
}

function itemOf(value: Value, index: number, step: number, defaults: Family['defaults']): Item {
  const named = (text: string): string => text.replaceAll('{n}', String(index + 1))
  const id = named(value.id)
  const { states, flags, scale_at: scaleRegister } = value
  const register: Readable = {
    ...registerAt(id, { ...value, at: value.at + index * step }, defaults),
    ...(states === undefined ? {} : { states }),
    ...(flags === undefined ? {} : { flags }),
    ...(scaleRegister === undefined ? {} : { scaleRegister }),
  }
  const instance = value.repeat === undefined ? '' : String(index + 1)
  return { register, point: pointOf(register, { ...value, title: named(value.title), instance }) }
}

type Told = Pick<Value, 'title' | 'class' | 'unit' | 'states' | 'flags' | 'limits' | 'watch'> & { instance: string }

function pointOf(register: Readable, value: Told): LearnedPoint {
  const words = value.states ?? value.flags
  const { low, high } = value.limits ?? {}
  const states = words === undefined ? [] : Object.values(words)
  return {
    id: register.id,
    class: value.class,
    instance: value.instance,
    name: value.title,
    unit: value.unit,
    ...(words === undefined
      ? {}
      : { states: [...new Set(value.flags === undefined ? states : ['normal', ...states])] }),
    ...(value.limits === undefined
      ? {}
      : { limits: { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) } }),
    ...(value.watch === undefined
      ? {}
      : {
          watch: {
            isDirect: value.watch.direct,
            ...(value.watch.states === undefined ? {} : { states: value.watch.states }),
          },
        }),
    source: sourceOf(register),
  }
}

/** Where it is read, for people: `holding 3027 f32`. */
export function sourceOf({ table, address, format }: Readable): string {
  return `${table} ${address} ${format}`
}
