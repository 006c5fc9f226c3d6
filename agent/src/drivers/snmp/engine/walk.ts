/** Reading many values: requests split where a target says tooBig, subtrees walked with a GETBULK size that adapts to the target. */
import { type RequestOptions, SnmpFailure, type SnmpTarget } from './contract.ts'
import type { SnmpEngine } from './engine.ts'
import { compareOids, isBelow } from './oid.ts'
import { errorStatus, type Response, type Varbind } from './pdu.ts'

const maxPerGet = 40
const tooBig = 1
const noSuchName = 2

/** GET of any number of objects. Objects that are not there are left out (v1: by asking again without the one that was named). */
export async function getMany(
  engine: SnmpEngine,
  target: SnmpTarget,
  oids: readonly string[],
  options: RequestOptions,
): Promise<Map<string, Varbind>> {
  const found = new Map<string, Varbind>()
  // The list itself where it fits: what was encoded for it once is found again.
  if (oids.length <= maxPerGet) {
    await getInto(found, engine, target, oids, options)
    return found
  }
  for (let at = 0; at < oids.length; at += maxPerGet) {
    await getInto(found, engine, target, oids.slice(at, at + maxPerGet), options)
  }
  return found
}

async function getInto(
  found: Map<string, Varbind>,
  engine: SnmpEngine,
  target: SnmpTarget,
  oids: readonly string[],
  options: RequestOptions,
): Promise<void> {
  if (oids.length === 0) return
  const response = await engine.request(target, { type: 'get', oids }, options)
  if (response.errorStatus === tooBig && oids.length > 1) {
    const half = Math.ceil(oids.length / 2)
    await getInto(found, engine, target, oids.slice(0, half), options)
    await getInto(found, engine, target, oids.slice(half), options)
    return
  }
  if (response.errorStatus === noSuchName && oids.length > 1) {
    const isScalar = (oid: string): boolean => oid.endsWith('.0')
    const scalars = oids.filter(isScalar)
    if (scalars.length > 1) {
      await scalarsInto(found, engine, target, scalars, options)
      const others = oids.filter((it) => !isScalar(it))
      await getInto(found, engine, target, others, options)
      return
    }
  }
  if (response.errorStatus === noSuchName || (response.errorStatus !== 0 && oids.length > 1)) {
    const named = response.errorIndex - 1
    if (named < 0 || named >= oids.length) throw new SnmpFailure('protocol', statusText(response.errorStatus))
    const rest = oids.filter((_, index) => index !== named)
    await getInto(found, engine, target, rest, options)
    return
  }
  if (response.errorStatus !== 0) return
  for (const [at, varbind] of response.varbinds.entries()) {
    if (varbind.type === 'missing' || varbind.type === 'null') continue
    if (varbind.oid === oids[at] || oids.includes(varbind.oid)) found.set(varbind.oid, varbind)
  }
}

/**
 * Version 1 gives no value at all where one is missing. Nothing can lie between `x` and `x.0`, so the object after `x` is the scalar
 * itself or tells that it is missing, all in one question.
 */
async function scalarsInto(
  found: Map<string, Varbind>,
  engine: SnmpEngine,
  target: SnmpTarget,
  scalars: readonly string[],
  options: RequestOptions,
): Promise<void> {
  if (scalars.length === 0) return
  const oids = scalars.map((it) => it.slice(0, -2))
  const response = await engine.request(target, { type: 'getNext', oids }, options)
  if (response.errorStatus === 0) {
    for (const it of response.varbinds) {
      if (it.type !== 'missing' && it.type !== 'null' && scalars.includes(it.oid)) found.set(it.oid, it)
    }
    return
  }
  if (scalars.length === 1) return
  // The end of all that the target has (noSuchName names who stands there), or an answer that is too big.
  const named = response.errorStatus === tooBig ? -1 : response.errorIndex - 1
  const half = Math.ceil(scalars.length / 2)
  const parts =
    named >= 0 && named < scalars.length
      ? [scalars.filter((_, at) => at !== named)]
      : [scalars.slice(0, half), scalars.slice(half)]
  for (const part of parts) await scalarsInto(found, engine, target, part, options)
}

function statusText(status: number): string {
  return `the target answers ${errorStatus[status] ?? `error ${status}`}`
}

/** `endsAtMs` (of performance.now()): what is not there by then is left out. */
export type WalkLimits = { maxVarbinds: number; endsAtMs?: number }

/** An answer of this size goes over an Ethernet in one piece; of those in several one piece is easily lost, and with it all. */
const roomBytes = 1400
const mostRepetitions = 100

/**
 * Everything below `root`, in order. The repetitions start low, double while answers come whole and leave room, and halve for good
 * when the target says tooBig or falls silent; a target whose answers do not advance is left (it would never end).
 */
export async function walk(
  engine: SnmpEngine,
  target: SnmpTarget,
  root: string,
  options: RequestOptions,
  limits: WalkLimits = { maxVarbinds: 50_000 },
): Promise<Varbind[]> {
  const found: Varbind[] = []
  let repetitions = 10
  let most = mostRepetitions
  let from = root
  for (;;) {
    const bulk = target.version !== 'v1' && repetitions > 1
    const response = await step(engine, target, from, bulk ? repetitions : 0, options)
    if (response === 'smaller') {
      repetitions = Math.floor(repetitions / 2)
      most = repetitions
      if (repetitions < 1) return found
      continue
    }
    const { varbinds } = response
    for (const varbind of varbinds) {
      if (varbind.type === 'missing' || !isBelow(varbind.oid, root) || compareOids(varbind.oid, from) <= 0) return found
      found.push(varbind)
      from = varbind.oid
      if (found.length >= limits.maxVarbinds) return found
    }
    if (varbinds.length === 0 || performance.now() >= (limits.endsAtMs ?? Number.POSITIVE_INFINITY)) return found
    if (varbinds.length >= repetitions) repetitions = Math.min(Math.max(repetitions, thatFit(response)), most)
  }
}

type Answered = Pick<Response, 'varbinds' | 'bytes'>
const nothing: Answered = { varbinds: [], bytes: 0 }

function thatFit({ varbinds, bytes }: Answered): number {
  return Math.min(Math.floor((roomBytes * varbinds.length) / bytes), varbinds.length * 2)
}

async function step(
  engine: SnmpEngine,
  target: SnmpTarget,
  from: string,
  repetitions: number,
  options: RequestOptions,
): Promise<Answered | 'smaller'> {
  try {
    const request =
      repetitions > 0
        ? ({ type: 'getBulk', oids: [from], maxRepetitions: repetitions } as const)
        : ({ type: 'getNext', oids: [from] } as const)
    const response = await engine.request(target, request, repetitions > 10 ? { ...options, retries: 0 } : options)
    if (response.errorStatus === tooBig) return repetitions > 1 ? 'smaller' : nothing
    if (response.errorStatus === noSuchName) return nothing
    if (response.errorStatus !== 0) throw new SnmpFailure('protocol', statusText(response.errorStatus))
    return response
  } catch (error) {
    // A large answer may be lost as fragments where a small one arrives.
    if (error instanceof SnmpFailure && error.kind === 'timeout' && repetitions > 10) return 'smaller'
    throw error
  }
}
