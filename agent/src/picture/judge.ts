/** The verdict on a camera's pictures, one after the other: what it remembers goes in and comes out. Pure. */
import { z } from 'zod'
import { learned, Usual } from './baseline.ts'
import { compare, type PictureState, pictureStates } from './compare.ts'
import type { Features } from './features.ts'

const State = z.enum(pictureStates)

/** A fault that was seen at this hour on so many days. */
const Strange = z.object({ state: State, days: z.int().min(1), lastDay: z.int() })

export const PictureMemory = z.object({
  version: z.literal(1),
  /** by hour of the day (UTC) */
  hours: z.array(z.object({ usual: Usual.nullable(), strange: Strange.nullable() })).length(24),
  state: State,
  /** what was seen last in a row, and how often */
  seen: z.object({ state: State, times: z.int().min(0) }),
  /** the last picture, since when it is the same, and how often it came */
  same: z.object({ print: z.string().max(64), sinceMs: z.number(), times: z.int().min(0) }),
})
export type PictureMemory = z.infer<typeof PictureMemory>

export function freshMemory(): PictureMemory {
  return {
    version: 1,
    hours: Array.from({ length: 24 }, () => ({ usual: null, strange: null })),
    state: 'ok',
    seen: { state: 'ok', times: 0 },
    same: { print: '', sinceMs: 0, times: 0 },
  }
}

/** `isSettled`: the next picture may wait; else it should be looked at soon, because something seems to have changed. */
export type Verdict = { memory: PictureMemory; state: PictureState; isSettled: boolean }

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Fewer pictures of an hour are no rule. */
const enoughSeen = 3
const timesToTell = 2
const timesToSettle = 4
/** Noise alone makes two pictures of a living camera differ. */
const frozen = { times: 4, ms: 180_000 }
/** Standard deviation of the brightness, below which there is nothing that could move. */
const leastContrast = 3
/** On so many days at the same hour, and it is how things are now. Whoever turns a camera means it; a lens that is covered does not pass. */
const daysToAccept: Readonly<Record<PictureState, number>> = {
  ...{ ok: 1, moved: 2, black: 3, 'over-exposed': 3, 'colour-cast': 3, covered: 7, 'out-of-focus': 7 },
  frozen: Number.POSITIVE_INFINITY,
}

/** `atMs`: when the picture was taken, ms since 1970. `turns`: the camera is made to look elsewhere. */
export function judge(before: PictureMemory, it: Features, atMs: number, turns = false): Verdict {
  const hour = Math.floor(atMs / hourMs) % 24
  const same =
    it.print === before.same.print
      ? { ...before.same, times: before.same.times + 1 }
      : { print: it.print, sinceMs: atMs, times: 1 }
  const compared = comparedAround(before, it, hour, turns)
  // Nothing but black is the same from one picture to the next, and black is what is wrong with it.
  const isEven = compared === 'black' || compared === 'over-exposed' || it.contrast < leastContrast
  const isFrozen = !isEven && same.times >= frozen.times && atMs - same.sinceMs >= frozen.ms
  const found = isFrozen ? 'frozen' : compared
  const seen = found === before.seen.state ? { state: found, times: before.seen.times + 1 } : { state: found, times: 1 }
  const state = seen.times >= timesToTell || found === 'frozen' ? found : before.state
  const hours = before.hours.map((slot, at) =>
    at === hour ? remembered(slot, it, found, Math.floor(atMs / dayMs), turns) : slot,
  )
  const memory = { ...before, hours, state, seen: { ...seen, times: Math.min(seen.times, 1000) }, same }
  const isSettled = state === found && seen.times >= (found === 'ok' ? timesToTell : timesToSettle)
  return { memory, state, isSettled }
}

/**
 * Dusk comes at another hour every month, and clouds make it earlier: what is usual an hour before or after is no fault either.
 * An hour that was never seen may look like no other (the first night of a camera): its neighbours say only whether a fault goes on.
 */
function comparedAround({ hours, state }: PictureMemory, it: Features, hour: number, turns: boolean): PictureState {
  const around = [0, 1, 23].flatMap((step) => {
    const usual = hours[(hour + step) % 24]?.usual ?? null
    return usual !== null && usual.seen >= enoughSeen ? [usual] : []
  })
  const own = hours[hour]?.usual?.seen ?? 0
  if (own < enoughSeen && state === 'ok') return compare(it, null)
  const found = around.map((usual) => compare(it, usual, turns))
  return found.includes('ok') ? 'ok' : (found[0] ?? compare(it, null))
}

type Slot = PictureMemory['hours'][number]

/**
 * Only pictures that are like the hour's others make its rule; what is strange to it day after day becomes the rule itself,
 * also where a neighbouring hour knew it before.
 */
function remembered(slot: Slot, it: Features, found: PictureState, day: number, turns: boolean): Slot {
  if (found === 'frozen') return slot
  const own = slot.usual !== null && slot.usual.seen >= enoughSeen ? compare(it, slot.usual, turns) : found
  if (own === 'ok') return { usual: learned(slot.usual, it), strange: null }
  const { strange } = slot
  const isSame = strange !== null && strange.state === own
  const days = !isSame ? 1 : strange.lastDay === day ? strange.days : strange.days + 1
  if (days < daysToAccept[own]) return { usual: slot.usual, strange: { state: own, days, lastDay: day } }
  return { usual: { ...learned(null, it), seen: enoughSeen }, strange: null }
}
