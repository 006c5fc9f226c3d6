/**
 * How much may happen at once: in all, and for one key (an address). What does not fit waits its turn. A job that goes on for
 * longer than `patienceMs` waits for someone who is silent: it no longer counts among all, so that the silent hold up nobody else.
 */
export type Gate = {
  /** Starts the job as soon as there is room, at once where there is; it lasts until `leave`. A job may come again and again. */
  enter(job: Job): void
  leave(job: Job): void
  run<T>(key: string, work: () => Promise<T>): Promise<T>
  /** jobs under way that count */
  active(): number
}

/** `startedAtMs`: set by the gate, on the monotonic clock. */
export type Job = { readonly key: string; startedAtMs: number; start(): void }

export function createGate(limits: { total: number; perKey: number; patienceMs?: number }): Gate {
  const { patienceMs = Number.POSITIVE_INFINITY } = limits
  /** those whose key had room when they came, and after them those whose key has room again */
  const waiting = createQueue()
  const waitingForKey = new Map<string, Job[]>()
  const running = new Map<string, number>()
  /** those that count, in the order in which they began */
  const counted = new Set<Job>()
  let timer: NodeJS.Timeout | null = null

  const begin = (job: Job): void => {
    job.startedAtMs = performance.now()
    counted.add(job)
    running.set(job.key, (running.get(job.key) ?? 0) + 1)
    job.start()
  }

  const putAside = (job: Job): void => {
    const others = waitingForKey.get(job.key)
    if (others === undefined) waitingForKey.set(job.key, [job])
    else others.push(job)
  }

  const admit = (): void => {
    while (counted.size < limits.total) {
      const job = waiting.take()
      if (job === undefined) return
      if ((running.get(job.key) ?? 0) < limits.perKey) begin(job)
      else putAside(job)
    }
  }

  const leave = (job: Job): void => {
    counted.delete(job)
    const { key } = job
    const left = (running.get(key) ?? 1) - 1
    if (left > 0) running.set(key, left)
    else running.delete(key)
    const aside = waitingForKey.get(key)
    const next = aside?.shift()
    if (next !== undefined) waiting.put(next)
    if (aside?.length === 0) waitingForKey.delete(key)
    admit()
  }

  const losePatience = (): void => {
    timer = null
    for (const job of counted) {
      if (performance.now() - job.startedAtMs < patienceMs) break
      counted.delete(job)
    }
    admit()
    watch()
  }

  /** Looked at only while somebody waits. */
  const watch = (): void => {
    if (timer !== null || patienceMs === Number.POSITIVE_INFINITY || waiting.isEmpty()) return
    const [oldest] = counted
    if (oldest === undefined) return
    timer = setTimeout(losePatience, Math.max(1, oldest.startedAtMs + patienceMs - performance.now()))
  }

  const enter = (job: Job): void => {
    if ((running.get(job.key) ?? 0) >= limits.perKey) putAside(job)
    else if (counted.size < limits.total) begin(job)
    else {
      waiting.put(job)
      watch()
    }
  }

  return {
    enter,
    leave,
    active: () => counted.size,
    run: (key, work) =>
      new Promise((resolve, reject) => {
        const job = {
          ...{ key, startedAtMs: 0 },
          start: () => {
            work()
              .then(resolve, reject)
              .finally(() => leave(job))
          },
        }
        enter(job)
      }),
  }
}

/** First in, first out, however many there are. */
function createQueue() {
  let jobs: Job[] = []
  let first = 0
  return {
    put: (job: Job) => jobs.push(job),
    isEmpty: () => first === jobs.length,
    take(): Job | undefined {
      const job = jobs[first]
      if (job === undefined) return undefined
      first += 1
      if (first > 1000 && first * 2 > jobs.length) {
        jobs = jobs.slice(first)
        first = 0
      }
      return job
    },
  }
}
