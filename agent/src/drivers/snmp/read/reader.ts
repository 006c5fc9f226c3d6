/** Turns what a target answered into the values of its points; keeps the counters from one poll to the next. */
import type { PointValue } from '@steward/shared/model'
import type { Reading } from '../../contract.ts'
import type { Varbind } from '../engine/index.ts'
import type { Plan, Read } from '../learn/plan.ts'
import { convertValue, scaled } from './convert.ts'
import { type CounterSample, counterRate } from './counter-rate.ts'

export type Reader = {
  /** `atMs` on the monotonic clock. A rate that is not known yet is left out; what did not answer is null. */
  read(found: ReadonlyMap<string, Varbind>, atMs: number, wasReset: boolean): Pick<Reading, 'values' | 'errors'>
  counters: ReadonlyMap<string, CounterSample>
}

/** `before`: the reader of an earlier plan of the same target, whose counters go on. */
export function createReader(plan: Plan, before?: Reader): Reader {
  const counters = new Map<string, CounterSample>()
  for (const { oid } of plan.reads) {
    const kept = before?.counters.get(oid)
    if (kept !== undefined) counters.set(oid, kept)
  }

  const rateOf = (read: Read, varbind: Varbind, atMs: number, wasReset: boolean): PointValue | undefined => {
    const sample = counterOf(varbind, atMs)
    if (sample === null) return null
    const rate = counterRate(counters.get(read.oid), sample, { wasReset, most: read.most })
    counters.set(read.oid, sample)
    return rate === null ? undefined : scaled(rate, read.spec, read.row)
  }

  return {
    counters,
    read(found, atMs, wasReset) {
      const values: Record<string, PointValue> = {}
      const errors: Reading['errors'] = []
      for (const read of plan.reads) {
        const varbind = found.get(read.oid)
        if (varbind === undefined) {
          values[read.point] = null
          errors.push({ point: read.point, message: `the target has no ${read.oid} any more` })
          continue
        }
        const value = read.isRate ? rateOf(read, varbind, atMs, wasReset) : convertValue(varbind, read.spec, read.row)
        if (value !== undefined) values[read.point] = value
      }
      return { values, errors }
    },
  }
}

function counterOf(varbind: Varbind, atMs: number): CounterSample | null {
  if (varbind.type === 'counter64') return { value: varbind.value, bits: 64, atMs }
  if (varbind.type === 'counter32' || varbind.type === 'gauge32' || varbind.type === 'integer') {
    return { value: BigInt(varbind.value), bits: 32, atMs }
  }
  return null
}
