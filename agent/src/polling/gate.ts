/**
 * How much may happen at once: in all, and for one key (an address). What does not fit waits its turn. A job that goes on for
 * longer than `patienceMs` waits for someone who is silent: it no longer counts among all, so that the silent hold up nobody else.
 */
export type Gate = {
  run<T>(key: string, job: () => Promise<T>): Promise<T>
  /** jobs under way that count */
  active(): number
}

type Job = { key: string; startedAtMs: number }

export function createGate(limits: { total: number; perKey: number; patienceMs?: number }): Gate {
  const { patienceMs = Number.POSITIVE_INFINITY } = limits
  const waiting: { key: string; start: () => void }[] = []
  const running = new Map<string, number>()
  /** those that count, in the order in which they began */
  const counted = new Set<Job>()
  let timer: NodeJS.Timeout | null = null

  const fits = (key: string): boolean => counted.size < limits.total && (running.get(key) ?? 0) < limits.perKey

  const begin = (key: string): Job => {
    const job = { key, startedAtMs: performance.now() }
    counted.add(job)
    running.set(key, (running.get(key) ?? 0) + 1)
    return job
  }

  const admit = (): void => {
    const next = waiting.findIndex((it) => fits(it.key))
    const [job] = next < 0 ? [] : waiting.splice(next, 1)
    job?.start()
  }

  const end = (job: Job): void => {
    counted.delete(job)
    const left = (running.get(job.key) ?? 1) - 1
    if (left > 0) running.set(job.key, left)
    else running.delete(job.key)
    admit()
  }

  const losePatience = (): void => {
    timer = null
    for (const job of counted) {
      if (performance.now() - job.startedAtMs < patienceMs) break
      counted.delete(job)
      admit()
    }
    watch()
  }

  /** Looked at only while somebody waits. */
  const watch = (): void => {
    const [oldest] = counted
    if (timer !== null || waiting.length === 0 || oldest === undefined || patienceMs === Number.POSITIVE_INFINITY)
      return
    timer = setTimeout(losePatience, Math.max(1, oldest.startedAtMs + patienceMs - performance.now()))
  }

  const enter = (key: string): Promise<Job> =>
    new Promise((resolve) => {
      waiting.push({ key, start: () => resolve(begin(key)) })
      watch()
    })

  return {
    active: () => counted.size,
    async run(key, work) {
      const job = fits(key) ? begin(key) : await enter(key)
      try {
        return await work()
      } finally {
        end(job)
      }
    },
  }
}
