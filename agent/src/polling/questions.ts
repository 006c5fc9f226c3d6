/** Questions under way: each with an end in time whatever the driver does, all ended by one call. */
import { StewardError } from '@steward/shared/errors'

export type Questions = {
  /** Ends with what `ask` gives, or with `driver/timeout` after `budgetMs`, its signal aborted. */
  run<T>(budgetMs: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Ends all; what is asked afterwards ends at once. */
  stop(): void
}

export function createQuestions(): Questions {
  const open = new Set<() => void>()
  let stopped = false
  return {
    run(budgetMs, ask) {
      const controller = new AbortController()
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer)
          open.delete(end)
        }
        const end = (): void => {
          settle()
          controller.abort()
          reject(new StewardError('driver/timeout', `not done within ${Math.round(budgetMs / 1000)} s`))
        }
        const timer = setTimeout(end, stopped ? 0 : budgetMs)
        open.add(end)
        ask(controller.signal).then(resolve, reject).finally(settle)
      })
    },
    stop() {
      stopped = true
      for (const end of [...open]) end()
    },
  }
}
