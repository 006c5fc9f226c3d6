import type { Clock } from './polling/contract.ts'

/** The machine's clocks: instants from the wall, durations from the one that is never set. */
export const machineClock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }
