/** Questions under way: each with an end in time whatever the driver does, all ended by one call. */
import { getEventListeners } from 'node:events'
import { StewardError } from '@steward/shared/errors'
import type { Limits } from '../drivers/index.ts'

/** `ask` gets its time-out and a signal that is aborted when the budget is spent; then `failed` is told `driver/timeout`. */
export type Task<T> = {
  ask(limits: Limits): Promise<T>
  done(value: T): void
  failed(error: unknown): void
}

export type Questions = {
  begin<T>(limits: { timeoutMs: number; budgetMs: number }, task: Task<T>): void
  /** The same as a promise. */
  run<T>(limits: { timeoutMs: number; budgetMs: number }, ask: (limits: Limits) => Promise<T>): Promise<T>
  /** Ends all; what is asked afterwards ends at once. */
  stop(): void
}

/** How late the end of a budget may be noticed: one clock for all, since a timer for each costs more than most questions. */
const lookEveryMs = 50

type Question = {
  budgetMs: number
  startedAtMs: number
  controller: AbortController
  task: Pick<Task<never>, 'failed'>
}

export function createQuestions(): Questions {
  const open = new Set<Question>()
  const controllers = createControllers()
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  const end = (it: Question): void => {
    open.delete(it)
    it.controller.abort()
    it.task.failed(new StewardError('driver/timeout', `not done within ${Math.round(it.budgetMs / 1000)} s`))
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

  const begin: Questions['begin'] = (limits, task) => {
    const controller = controllers.take()
    const question = { budgetMs: limits.budgetMs, startedAtMs: performance.now(), controller, task }
    open.add(question)
    watch()
    task.ask({ timeoutMs: limits.timeoutMs, signal: controller.signal }).then(
      (value) => {
        if (!open.delete(question)) return
        controllers.giveBack(controller)
        task.done(value)
      },
      (error: unknown) => {
        if (!open.delete(question)) return
        controllers.giveBack(controller)
        task.failed(error)
      },
    )
  }

  return {
    begin,
    run: (limits, ask) => new Promise((resolve, reject) => begin(limits, { ask, done: resolve, failed: reject })),
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      for (const it of [...open]) end(it)
    },
  }
}

const mostSpare = 128

/**
 * Abort controllers for another use: their signals are half of what is kept for a poll of a device that answers at once. One that
 * somebody still listens to is not given out again.
 */
function createControllers(): { take(): AbortController; giveBack(controller: AbortController): void } {
  const spare: AbortController[] = []
  return {
    take: () => spare.pop() ?? new AbortController(),
    giveBack(controller) {
      const { signal } = controller
      const isFree = !signal.aborted && getEventListeners(signal, 'abort').length === 0
      if (isFree && spare.length < mostSpare) spare.push(controller)
    },
  }
}
