/** Questions under way: each with an end in time whatever the driver does, all ended by one call. */
import { StewardError } from '@steward/shared/errors'
import type { Limits } from '../drivers/index.ts'

export type Questions = {
  /** `ask` gets its time-out and a signal that is aborted when the budget is spent; then `failed` is told `driver/timeout`. */
  begin<T>(
    limits: { timeoutMs: number; budgetMs: number },
    ask: (limits: Limits) => Promise<T>,
    done: (value: T) => void,
    failed: (error: unknown) => void,
  ): void
  /** The same as a promise. */
  run<T>(limits: { timeoutMs: number; budgetMs: number }, ask: (limits: Limits) => Promise<T>): Promise<T>
  /** Ends all; what is asked afterwards ends at once. */
  stop(): void
}

/** How late the end of a budget may be noticed: one clock for all, since a timer for each costs more than most questions. */
const lookEveryMs = 50

type Question = { budgetMs: number; startedAtMs: number; controller: AbortController; failed: (error: unknown) => void }

export function createQuestions(): Questions {
  const open = new Set<Question>()
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  const end = (it: Question): void => {
    open.delete(it)
    it.controller.abort()
    it.failed(new StewardError('driver/timeout', `not done within ${Math.round(it.budgetMs / 1000)} s`))
  }

  const look = (): void => {
    timer = null
    const now = performance.now()
    for (const it of open) if (stopped || now - it.startedAtMs >= it.budgetMs) end(it)
    if (open.size > 0) watch()
  }

  const watch = (): void => {
    timer ??= setTimeout(look, stopped ? 0 : lookEveryMs)
  }

  const begin: Questions['begin'] = (limits, ask, done, failed) => {
    const controller = new AbortController()
    const question = { budgetMs: limits.budgetMs, startedAtMs: performance.now(), controller, failed }
    open.add(question)
    watch()
    ask({ timeoutMs: limits.timeoutMs, signal: controller.signal }).then(
      (value) => {
        if (open.delete(question)) done(value)
      },
      (error: unknown) => {
        if (open.delete(question)) failed(error)
      },
    )
  }

  return {
    begin,
    run: (limits, ask) => new Promise((resolve, reject) => begin(limits, ask, resolve, reject)),
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      for (const it of [...open]) end(it)
    },
  }
}
