/** How much may happen at once: in all, and for one key (an address). What does not fit waits its turn. */
export type Gate = {
  run<T>(key: string, job: () => Promise<T>): Promise<T>
  /** jobs under way */
  active(): number
}

export function createGate(limits: { total: number; perKey: number }): Gate {
  const waiting: { key: string; start: () => void }[] = []
  const running = new Map<string, number>()
  let total = 0

  const fits = (key: string): boolean => total < limits.total && (running.get(key) ?? 0) < limits.perKey

  const begin = (key: string): void => {
    total += 1
    running.set(key, (running.get(key) ?? 0) + 1)
  }

  const end = (key: string): void => {
    total -= 1
    const left = (running.get(key) ?? 1) - 1
    if (left > 0) running.set(key, left)
    else running.delete(key)
    const next = waiting.findIndex((it) => fits(it.key))
    const [job] = next < 0 ? [] : waiting.splice(next, 1)
    job?.start()
  }

  return {
    active: () => total,
    async run(key, job) {
      if (fits(key)) begin(key)
      else {
        await new Promise<void>((resolve) => {
          const start = (): void => {
            begin(key)
            resolve()
          }
          waiting.push({ key, start })
        })
      }
      try {
        return await job()
      } finally {
        end(key)
      }
    },
  }
}
