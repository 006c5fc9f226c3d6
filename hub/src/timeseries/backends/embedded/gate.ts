/** Many may read at a time; a change of what there is to read waits for them and goes alone. */
export type Gate = {
  shared<T>(work: () => Promise<T>): Promise<T>
  exclusive<T>(work: () => Promise<T>): Promise<T>
}

export function createGate(): Gate {
  let change: Promise<unknown> = Promise.resolve()
  const reading = new Set<Promise<unknown>>()
  return {
    async shared(work) {
      // Another change may have been queued while waiting for the one before.
      for (let seen: unknown; seen !== change; ) {
        seen = change
        await change
      }
      const run = work()
      const settled = run.then(ignore, ignore)
      reading.add(settled)
      void settled.then(() => reading.delete(settled))
      return run
    },
    exclusive(work) {
      const run = change.then(() => Promise.all(reading)).then(work)
      change = run.then(ignore, ignore)
      return run
    },
  }
}

/** Runs one piece of work after the other, in the order of asking. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const run = last.then(work)
    last = run.then(ignore, ignore)
    return run
  }
}

function ignore(): void {
  // Whoever asked for the work hears of its failure.
}
