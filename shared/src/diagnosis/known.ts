import type { Text } from '../model/index.ts'
import { type FlapSettings, type FlapState, onChange, steady } from '../outages/index.ts'
import type { DiagnosisInput } from './inputs.ts'

export type Mark = { direct: boolean; reason: Text | null }

/** By name. Never changed in place: most of many thousand devices have none, and share this one. */
export type Marks = ReadonlyMap<string, Mark>
const noMarks: Marks = new Map()

/** All that is known of one device, and what the rules of section 2 keep of its past. Times in milliseconds. */
export type Known = {
  state: 'unknown' | 'up' | 'down'
  /** the last of up and down that was seen; a device that never was counts as up */
  seenDown: boolean
  /** when it last went down */
  downSince: number | null
  flap: FlapState
  unmanageable: boolean
  /** the port that fed it draws nothing: what explains an outage and makes none */
  unfed: boolean
  maintained: boolean
  imminent: Marks
  degraded: Marks
  /** ids of the devices that went down together, while this one is suspected to be their common cause */
  suspects: readonly string[] | null
  /** since when it is down as faults see it: down, flapping or suspected */
  outSince: number | null
  isCause: boolean
  /** whether all its requirements are met, and the last instant at which they became so (null: long ago) */
  isMet: boolean
  metSince: number | null
}

export function newKnown(): Known {
  return {
    state: 'unknown',
    seenDown: false,
    downSince: null,
    flap: steady,
    unmanageable: false,
    unfed: false,
    maintained: false,
    imminent: noMarks,
    degraded: noMarks,
    suspects: null,
    outSince: null,
    isCause: false,
    isMet: true,
    metSince: null,
  }
}

/** Down as a fault of kind `down` sees it. */
export function isDown(known: Known): boolean {
  return known.state === 'down' && !known.unmanageable && !known.flap.flapping
}

/** Taken as down: down itself, or judged as if it were. */
export function isOut(known: Known): boolean {
  return isDown(known) || known.flap.flapping || known.suspects !== null
}

/** Takes one input in, in place, and says whether anything changed. A repeated state changes nothing. */
export function takeInput(known: Known, at: number, input: DiagnosisInput, flapping: FlapSettings): boolean {
  if ('state' in input) return takeState(known, at, input.state, flapping)
  if ('imminent' in input) return setMark(known, 'imminent', input.imminent, input, false)
  if ('degraded' in input) return setMark(known, 'degraded', input.degraded, input, input.direct ?? false)
  const { maintained, unmanageable, unfed } = known
  if ('maintenance' in input) known.maintained = input.maintenance
  else if ('unfed' in input) known.unfed = input.unfed
  else known.unmanageable = input.unmanageable
  return known.maintained !== maintained || known.unmanageable !== unmanageable || known.unfed !== unfed
}

function setMark(
  known: Known,
  kind: 'imminent' | 'degraded',
  name: string,
  { value, reason }: { value: boolean; reason?: Text | undefined },
  direct: boolean,
): boolean {
  const before = known[kind].get(name)
  if (!value && before === undefined) return false
  const marks = new Map(known[kind])
  if (value) marks.set(name, { direct, reason: reason ?? null })
  else marks.delete(name)
  known[kind] = marks.size === 0 ? noMarks : marks
  // Other words for the same mark are told with the next event.
  return !value || before?.direct !== direct
}

function takeState(known: Known, at: number, state: Known['state'], flapping: FlapSettings): boolean {
  if (state === known.state) return false
  if (state !== 'unknown' && (state === 'down') !== known.seenDown) {
    known.seenDown = state === 'down'
    known.flap = onChange(known.flap, at, flapping)
  }
  if (state === 'down') known.downSince = at
  known.state = state
  return true
}
