import type { StewardError } from '@steward/shared/errors'
import type { Log } from '../polling/contract.ts'

const repeatMs = 600_000

/** Says what is wrong once, again when it changes and every 10 minutes, and that it is over. */
export function createTeller(
  log: Log,
  url: string,
  monotonicMs: () => number = () => performance.now(),
): { failed(error: StewardError): void; lost(why: string): void; mended(): void } {
  let told: { message: string; atMs: number } | null = null
  let isGood = false
  return {
    failed(error) {
      const atMs = monotonicMs()
      if (told !== null && told.message === error.message && atMs - told.atMs < repeatMs) return
      told = { message: error.message, atMs }
      isGood = false
      log.warn({ code: error.code }, `${error.message} What is recorded is kept; the next try follows by itself.`)
    },
    lost(why) {
      isGood = false
      log.warn({}, `The link to ${url} ended: ${why}.`)
    },
    mended() {
      if (!isGood) log.info({}, `Connected to ${url}.`)
      isGood = true
      told = null
    },
  }
}
