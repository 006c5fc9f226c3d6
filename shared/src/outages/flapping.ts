/** Changes between up and down that still count, oldest first, in milliseconds since 1970; plain data. */
export type FlapState = { changedAt: readonly number[]; flapping: boolean }

/** `changes` within `windowMs`, the ends included, are flapping; it lasts until `windowMs` without a change. */
export type FlapSettings = { changes: number; windowMs: number }

export const steady: FlapState = { changedAt: [], flapping: false }

/** One more change between up and down at `at`. */
export function onChange(before: FlapState, at: number, settings: FlapSettings): FlapState {
  const changedAt = [...before.changedAt, at].slice(-settings.changes)
  const oldest = changedAt[0] ?? at
  const full = changedAt.length === settings.changes && at - oldest <= settings.windowMs
  return { changedAt, flapping: full || before.flapping }
}

/** When the flapping ends if nothing changes any more; null when it is steady. */
export function flappingEndsAt(state: FlapState, settings: FlapSettings): number | null {
  const last = state.changedAt.at(-1)
  return state.flapping && last !== undefined ? last + settings.windowMs : null
}

/** Ends the flapping when its time is over. */
export function onTime(before: FlapState, at: number, settings: FlapSettings): FlapState {
  const endsAt = flappingEndsAt(before, settings)
  return endsAt !== null && at >= endsAt ? { ...before, flapping: false } : before
}
