/** Questions to one endpoint, one at a time; urgent ones go first. Whoever waits too long, or gives up, leaves the queue. */
import type { Limits } from '../contract.ts'
import { aborted, timedOut } from '../network-failure.ts'

export type QuestionQueue = {
  /** Runs `work` when it is its turn. Throws StewardError when its time is up before that. */
  run<T>(urgent: boolean, limits: Limits, work: () => Promise<T>): Promise<T>
  /** Ends all that wait. */
  clear(): void
}

type Job = { run(): Promise<void>; leave(error: unknown): void; urgent: boolean }

/** `where`: address and port, for messages. */
export function createQuestionQueue(where: string): QuestionQueue {
  const waiting: Job[] = []
  let busy = false

  const next = (): void => {
    if (busy) return
    const urgentAt = waiting.findIndex((it) => it.urgent)
    const [job] = waiting.splice(Math.max(0, urgentAt), 1)
    if (job === undefined) return
    busy = true
    void job.run().finally(() => {
      busy = false
      next()
    })
  }

  return {
    run: (urgent, limits, work) =>
      new Promise((resolve, reject) => {
        if (limits.signal.aborted) {
          reject(aborted(where))
          return
        }
        const leave = (error: unknown): void => {
          settle()
          waiting.splice(waiting.indexOf(job), 1)
          reject(error)
        }
        const timer = setTimeout(() => leave(timedOut(where, limits.timeoutMs)), limits.timeoutMs)
        const onAbort = (): void => leave(aborted(where))
        const settle = (): void => {
          clearTimeout(timer)
          limits.signal.removeEventListener('abort', onAbort)
        }
        const run = (): Promise<void> => {
          settle()
          return work().then(resolve, reject)
        }
        const job: Job = { urgent, leave, run }
        limits.signal.addEventListener('abort', onAbort, { once: true })
        waiting.push(job)
        next()
      }),
    clear() {
      for (const job of [...waiting]) job.leave(aborted(where))
    },
  }
}
