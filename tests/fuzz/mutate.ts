/** Wrong messages out of right ones: bits turned, ends cut, lengths that lie, parts doubled, swapped and nested without end. */
import { type Chance, oneOf } from './chance.ts'
import type { Decoder } from './decoder.ts'

type Material = Pick<Decoder, 'corpus' | 'tokens' | 'nests'>
type Mutation = (message: Buffer, chance: Chance, material: Material) => Buffer

/** Longer than any datagram, and as long as what is read from a stream at one time. */
const maxBytes = 65_536
const extremes = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x84, 0xfe, 0xff]
const hugeNumbers = ['4294967295', '4294967296', '9'.repeat(20), '-1', '0', '1e308', '0x7fffffff', ' ', 'NaN']
const deepest = 20_000

const turnBits: Mutation = (message, chance) => {
  for (let left = 1 + chance(8); left > 0; left -= 1) {
    const at = chance(message.length)
    message[at] = (message[at] ?? 0) ^ (1 << chance(8))
  }
  return message
}

const setBytes: Mutation = (message, chance) => {
  for (let left = 1 + chance(6); left > 0; left -= 1) {
    message[chance(message.length)] = chance(2) === 0 ? chance(256) : (oneOf(chance, extremes) ?? 0)
  }
  return message
}

const cutOff: Mutation = (message, chance) =>
  chance(4) === 0 ? message.subarray(chance(message.length)) : message.subarray(0, chance(message.length))

/** A length or count one off, or as large as its bytes can say; in text the number that stands there. */
const lieOfLength: Mutation = (message, chance) => {
  const numbers = [...message.subarray(0, 4096).toString('latin1').matchAll(/\d+/g)]
  const found = oneOf(chance, numbers)
  if (found !== undefined && chance(2) === 0) {
    const rest = message.subarray(found.index + found[0].length)
    return Buffer.concat([message.subarray(0, found.index), Buffer.from(oneOf(chance, hugeNumbers) ?? ''), rest])
  }
  const at = chance(message.length)
  const width = 1 + chance(4)
  const isOff = chance(2) === 0
  if (isOff) message[at] = (message[at] ?? 0) + (chance(2) === 0 ? 1 : -1)
  else message.fill(chance(2) === 0 ? 0xff : 0x7f, at, Math.min(message.length, at + width))
  return message
}

const splice: Mutation = (message, chance, { corpus }) => {
  const other = oneOf(chance, corpus) ?? message
  return Buffer.concat([message.subarray(0, chance(message.length + 1)), other.subarray(chance(other.length + 1))])
}

function part(message: Buffer, chance: Chance): { from: number; to: number } {
  const from = chance(message.length)
  return { from, to: Math.min(message.length, from + 1 + chance(64)) }
}

const repeat: Mutation = (message, chance) => {
  const { from, to } = part(message, chance)
  const most = Math.max(1, Math.floor(maxBytes / (to - from)))
  const times = 1 + chance(chance(20) === 0 ? most : Math.min(most, 10))
  const middle = Array.from({ length: times }, () => message.subarray(from, to))
  return Buffer.concat([message.subarray(0, to), ...middle, message.subarray(to)])
}

const swap: Mutation = (message, chance) => {
  const { from, to } = part(message, chance)
  const at = chance(message.length)
  message.copy(message, at, from, to)
  return message
}

const putIn: Mutation = (message, chance, { tokens = [] }) => {
  const at = chance(message.length + 1)
  const token = oneOf(chance, tokens) ?? Buffer.from([chance(256)])
  return Buffer.concat([message.subarray(0, at), token, message.subarray(at + chance(2) * token.length)])
}

const takeOut: Mutation = (message, chance) => {
  const { from, to } = part(message, chance)
  return Buffer.concat([message.subarray(0, from), message.subarray(to)])
}

/** Mostly a little, now and then as deep as fits. */
const nest: Mutation = (message, chance, { nests = [] }) => {
  const [open, close] = oneOf(chance, nests) ?? [message.subarray(0, 2), Buffer.alloc(0)]
  const most = Math.min(deepest, Math.floor(maxBytes / Math.max(1, open.length + close.length)))
  const depth = 1 + chance(chance(20) === 0 ? most : 100)
  const { from, to } = part(message, chance)
  const opened = Buffer.alloc(depth * open.length, open.length === 0 ? 0 : open)
  const closed = close.length === 0 || chance(3) === 0 ? Buffer.alloc(0) : Buffer.alloc(depth * close.length, close)
  return Buffer.concat([message.subarray(0, from), opened, message.subarray(from, to), closed, message.subarray(to)])
}

const mutations: readonly Mutation[] = [
  ...[turnBits, turnBits, setBytes, setBytes, lieOfLength, lieOfLength],
  ...[cutOff, splice, repeat, swap, putIn, putIn, takeOut, nest],
]

/** One message: one of the corpus, mutated once to three times; one in fifty is left as it is. */
export function mutated(material: Material, chance: Chance): Buffer {
  let message: Buffer = Buffer.from(oneOf(chance, material.corpus) ?? Buffer.alloc(1))
  if (chance(50) === 0) return message
  for (let left = 1 + (chance(3) === 0 ? chance(3) : 0); left > 0; left -= 1) {
    if (message.length === 0) message = Buffer.from([chance(256)])
    message = oneOf(chance, mutations)?.(message, chance, material) ?? message
    if (message.length > maxBytes) message = message.subarray(0, maxBytes)
  }
  return message
}
