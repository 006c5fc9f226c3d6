/** How long something takes, in the two largest units that matter: `4 min`, `3 h 20 min`, `5 d`. */
export type Span = { unit: 's' | 'min' | 'h' | 'd'; value: number; rest?: { unit: 'min' | 'h'; value: number } }

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** `ms` is taken as 0 where a clock is a little behind. Beyond ten hours (days) the smaller unit says nothing any more. */
export function spanOf(ms: number): Span {
  const time = Math.max(0, ms)
  if (time < minuteMs) return { unit: 's', value: Math.floor(time / secondMs) }
  if (time < hourMs) return { unit: 'min', value: Math.floor(time / minuteMs) }
  if (time < dayMs) return withRest('h', time, hourMs, 'min', minuteMs)
  return withRest('d', time, dayMs, 'h', hourMs)
}

function withRest(unit: 'h' | 'd', time: number, unitMs: number, small: 'min' | 'h', smallMs: number): Span {
  const value = Math.floor(time / unitMs)
  const rest = Math.floor((time % unitMs) / smallMs)
  return rest === 0 || value >= 10 ? { unit, value } : { unit, value, rest: { unit: small, value: rest } }
}

/** How often a shown age must be looked at again, in milliseconds. */
export function refreshEveryMs(ageMs: number): number {
  return ageMs < minuteMs ? secondMs : 10 * secondMs
}
