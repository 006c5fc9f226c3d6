/** Turns what a target answered into the values of its points; keeps the counters from one poll to the next. */
import type { PointValue } from '@steward/shared/model'
import type { Reading } from '../../contract.ts'
import { type Answer, isWhole, type Varbind, varbindOf } from '../engine/index.ts'
import type { Read } from '../learn/plan.ts'
import { convertNumber, convertValue, scaled } from './convert.ts'
import { type CounterSample, counterRate } from './counter-rate.ts'

/** One poll of a target. `atMs` on the monotonic clock; `wasReset`: the target restarted since the poll before. */
export type Pass = Pick<Reading, 'values' | 'errors'> & { atMs: number; wasReset: boolean }

/** A rate that is not known yet is left out; what did not answer is null. */
export type Reader = {
  /** Everything at once, by OID. */
  takeAll(pass: Pass, found: ReadonlyMap<string, Varbind>): void
  /** The values of an answer from its place `from` on, which belong to the reads from `first` on. */
  take(pass: Pass, answer: Answer, from: number, first: number): void
  /** the last sample of each counter, by OID */
  counters(): Map<string, CounterSample>
}

const counter64 = 0x46
/** A sample as numbers in a row: low, high, bits (0: none yet), time. */
const perSample = 4
const [then, now] = [noSample(), noSample()]

function noSample(): CounterSample {
  return { low: 0, high: 0, bits: 32, atMs: 0 }
}

/** `before`: the reader of an earlier plan of the same target, whose counters go on. */
export function createReader(reads: readonly Read[], before?: Reader): Reader {
  const samples = new Float64Array(reads.length * perSample)
  const earlier = before?.counters()
  for (const [at, { oid, isRate }] of reads.entries()) {
    const kept = isRate ? earlier?.get(oid) : undefined
    if (kept !== undefined) samples.set([kept.low, kept.high, kept.bits, kept.atMs], at * perSample)
  }

  const load = (at: number): CounterSample | undefined => {
    const bits = samples[at * perSample + 2]
    if (bits !== 32 && bits !== 64) return undefined
    then.low = samples[at * perSample] ?? 0
    then.high = samples[at * perSample + 1] ?? 0
    then.bits = bits
    then.atMs = samples[at * perSample + 3] ?? 0
    return then
  }

  const rateOf = (read: Read, at: number, pass: Pass): PointValue | undefined => {
    now.atMs = pass.atMs
    const rate = counterRate(load(at), now, pass.wasReset, read.most)
    samples[at * perSample] = now.low
    samples[at * perSample + 1] = now.high
    samples[at * perSample + 2] = now.bits
    samples[at * perSample + 3] = now.atMs
    return rate === null ? undefined : scaled(rate, read.spec, read.row)
  }

  const whole = (read: Read, at: number, pass: Pass, low: number, high: number, bits: 32 | 64) => {
    if (!read.isRate) return convertNumber(high * 2 ** 32 + low, read.spec, read.row)
    now.low = low
    now.high = high
    now.bits = bits
    return rateOf(read, at, pass)
  }

  const valueFrom = (read: Read, at: number, pass: Pass, varbind: Varbind): PointValue | undefined => {
    if (!read.isRate) return convertValue(varbind, read.spec, read.row)
    if (varbind.type === 'counter64')
      return whole(read, at, pass, Number(varbind.value & 0xffff_ffffn), Number(varbind.value >> 32n), 64)
    if (varbind.type === 'counter32' || varbind.type === 'gauge32' || varbind.type === 'integer')
      return whole(read, at, pass, varbind.value, 0, 32)
    return null
  }

  return {
    counters() {
      const found = new Map<string, CounterSample>()
      for (const [at, { oid }] of reads.entries()) {
        const sample = load(at)
        if (sample !== undefined) found.set(oid, { ...sample })
      }
      return found
    },
    takeAll(pass, found) {
      for (const [at, read] of reads.entries()) {
        const varbind = found.get(read.oid)
        if (varbind === undefined) lose(pass, read)
        else put(pass, read, valueFrom(read, at, pass, varbind))
      }
    },
    take(pass, answer, from, first) {
      for (let i = from; i < answer.count; i += 1) {
        const at = first + i - from
        const read = reads[at]
        if (read === undefined) return
        const tag = answer.tags[i] ?? 0
        if (isWhole(tag)) {
          const bits = tag === counter64 ? 64 : 32
          put(pass, read, whole(read, at, pass, answer.lows[i] ?? 0, answer.highs[i] ?? 0, bits))
          continue
        }
        const varbind = varbindOf(answer, i, read.oid)
        if (varbind.type === 'missing' || varbind.type === 'null') lose(pass, read)
        else put(pass, read, valueFrom(read, at, pass, varbind))
      }
    },
  }
}

function put(pass: Pass, read: Read, value: PointValue | undefined): void {
  if (value !== undefined) pass.values[read.point] = value
}

function lose(pass: Pass, read: Read): void {
  pass.values[read.point] = null
  pass.errors.push({ point: read.point, message: `the target has no ${read.oid} any more` })
}
