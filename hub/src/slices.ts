import { setImmediate as nextTurn } from 'node:timers/promises'

const sliceMs = 4

/** Gives the event loop back when the present slice of work has lasted long enough; to be called often. */
export function createSlices(): () => Promise<void> | void {
  let since = performance.now()
  return () => {
    if (performance.now() - since < sliceMs) return
    return nextTurn().then(() => {
      since = performance.now()
    })
  }
}
