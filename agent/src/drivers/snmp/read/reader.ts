/** Turns what a target answered into the values of its points; keeps the counters from one poll to the next. */
import type { PointValue } from '@steward/shared/model'
import type { Reading } from '../../contract.ts'
import { type Answer, isWhole, type Varbind, varbindOf } from '../engine/index.ts'
import type { Read } from '../learn/plan.ts'
import { convertNumber, convertValue, scaled } from './convert.ts'
import { type CounterSample, counterRate } from './counter-rate.ts'

/** One poll of a target. `atMs` on the monotonic clock; `wasReset`: the target restarted since the poll before. */
export type Pass = Pick<Reading, 'values' | 'errors'> & { atMs: number; wasReset: boolean }

/** What is kept of a target between polls; there are thousands, so it is numbers in a row and no object for each read. */
export type Reader = {
  reads: readonly Read[]
  /** of each read: low, high, bits (0: no sample yet) and time of its counter */
  samples: Float64Array
  /** what is no number, by the place of its read: it hardly ever changes, and to make it anew is the dearest of all */
  texts: Map<number, Text> | null
}

/** `bytes` as a string of Latin-1: an array of bytes of its own takes eight times the memory. */
type Text = { bytes: string; value: PointValue | undefined }

const counter64 = 0x46
const perSample = 4
const [then, now] = [noSample(), noSample()]

function noSample(): CounterSample {
  return { low: 0, high: 0, bits: 32, atMs: 0 }
}

/** `before`: the reader of an earlier plan of the same target, whose counters go on. */
export function createReader(reads: readonly Read[], before?: Reader): Reader {
  const samples = new Float64Array(reads.length * perSample)
  const places = new Map(before?.reads.map(({ oid }, at) => [oid, at]))
  for (const [at, { oid, isRate }] of reads.entries()) {
    const place = places.get(oid)
    if (!isRate || place === undefined || before === undefined) continue
    samples.set(before.samples.subarray(place * perSample, (place + 1) * perSample), at * perSample)
  }
  return { reads, samples, texts: null }
}

/** The values of an answer from its place `from` on, which belong to the reads from `first` on. A rate that is not known yet is left out. */
export function takeAnswer(reader: Reader, pass: Pass, answer: Answer, from: number, first: number): void {
  for (let i = from; i < answer.count; i += 1) {
    const at = first + i - from
    const read = reader.reads[at]
    if (read === undefined) return
    const tag = answer.tags[i] ?? 0
    if (isWhole(tag)) {
      const bits = tag === counter64 ? 64 : 32
      put(pass, read, whole(reader, at, pass, answer.lows[i] ?? 0, answer.highs[i] ?? 0, bits))
    } else takeText(reader, pass, answer, i, at)
  }
}

/** Everything at once, by OID. */
export function takeAll(reader: Reader, pass: Pass, found: ReadonlyMap<string, Varbind>): void {
  for (const [at, read] of reader.reads.entries()) {
    const varbind = found.get(read.oid)
    if (varbind === undefined) lose(pass, read)
    else put(pass, read, valueFrom(reader, at, pass, varbind))
  }
}

function takeText(reader: Reader, pass: Pass, answer: Answer, i: number, at: number): void {
  const read = reader.reads[at]
  if (read === undefined) return
  const kept = reader.texts?.get(at)
  if (kept !== undefined && isSame(answer, i, kept.bytes)) {
    put(pass, read, kept.value)
    return
  }
  const varbind = varbindOf(answer, i, read.oid)
  if (varbind.type === 'missing' || varbind.type === 'null') {
    lose(pass, read)
    return
  }
  const value = valueFrom(reader, at, pass, varbind)
  put(pass, read, value)
  if (read.isRate) return
  reader.texts ??= new Map()
  reader.texts.set(at, { bytes: bytesOf(answer, i), value })
}

function valueFrom(reader: Reader, at: number, pass: Pass, varbind: Varbind): PointValue | undefined {
  const read = reader.reads[at]
  if (read === undefined) return undefined
  if (!read.isRate) return convertValue(varbind, read.spec, read.row)
  if (varbind.type === 'counter64')
    return whole(reader, at, pass, Number(varbind.value & 0xffff_ffffn), Number(varbind.value >> 32n), 64)
  if (varbind.type === 'counter32' || varbind.type === 'gauge32' || varbind.type === 'integer')
    return whole(reader, at, pass, varbind.value, 0, 32)
  return null
}

function whole(
  { reads, samples }: Reader,
  at: number,
  pass: Pass,
  low: number,
  high: number,
  bits: 32 | 64,
): PointValue | undefined {
  const read = reads[at]
  if (read === undefined) return undefined
  if (!read.isRate) return convertNumber(high * 2 ** 32 + low, read.spec, read.row)
  now.low = low
  now.high = high
  now.bits = bits
  now.atMs = pass.atMs
  const rate = counterRate(load(samples, at), now, pass.wasReset, read.most)
  keep(samples, at)
  return rate === null ? undefined : scaled(rate, read.spec, read.row)
}

function load(samples: Float64Array, at: number): CounterSample | undefined {
  const place = at * perSample
  const bits = samples[place + 2]
  if (bits !== 32 && bits !== 64) return undefined
  then.low = samples[place] ?? 0
  then.high = samples[place + 1] ?? 0
  then.bits = bits
  then.atMs = samples[place + 3] ?? 0
  return then
}

function keep(samples: Float64Array, at: number): void {
  const place = at * perSample
  samples[place] = now.low
  samples[place + 1] = now.high
  samples[place + 2] = now.bits
  samples[place + 3] = now.atMs
}

function put(pass: Pass, read: Read, value: PointValue | undefined): void {
  if (value !== undefined) pass.values[read.point] = value
}

function lose(pass: Pass, read: Read): void {
  pass.values[read.point] = null
  pass.errors.push({ point: read.point, message: `the target has no ${read.oid} any more` })
}

function bytesOf({ datagram, starts, ends }: Answer, i: number): string {
  return datagram.toString('latin1', starts[i], ends[i])
}

function isSame({ datagram, starts, ends }: Answer, i: number, bytes: string): boolean {
  const start = starts[i] ?? 0
  if ((ends[i] ?? 0) - start !== bytes.length) return false
  for (let at = bytes.length - 1; at >= 0; at -= 1) if (datagram[start + at] !== bytes.charCodeAt(at)) return false
  return true
}
