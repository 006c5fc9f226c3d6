/** A bounded number of things at once; those of one address one after another where that is asked for. */

export type Room = {
  /**
   * Starts the work when there is room, and when no other with this key is in. Its failure is given to whoever waits in
   * `free` or `empty`.
   */
  enter(work: () => Promise<void>, key?: string): void
  /** Resolves when one more may enter and start at once. */
  free(): Promise<void>
  /** Resolves when nobody is in. */
  empty(): Promise<void>
}

type Guest = { work: () => Promise<void>; key: string | undefined }

export function createRoom(size: number): Room {
  const waiting: Guest[] = []
  const inside = new Set<string>()
  let count = 0
  let failure: { error: unknown } | null = null
  let listeners: (() => void)[] = []

  const changed = (): void => {
    const told = listeners
    listeners = []
    for (const it of told) it()
  }
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo() && failure === null) await new Promise<void>((resolve) => listeners.push(resolve))
    if (failure !== null) throw failure.error
  }
  const start = ({ key, work }: Guest): void => {
    count += 1
    if (key !== undefined) inside.add(key)
    work()
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => {
        count -= 1
        if (key !== undefined) inside.delete(key)
        admit()
        changed()
      })
  }
  const admit = (): void => {
    while (count < size) {
      const at = waiting.findIndex((it) => it.key === undefined || !inside.has(it.key))
      const [next] = at < 0 ? [] : waiting.splice(at, 1)
      if (next === undefined) return
      start(next)
    }
  }
  return {
    enter(work, key) {
      waiting.push({ key, work })
      admit()
    },
    free: () => until(() => count + waiting.length < size),
    empty: () => until(() => count === 0 && waiting.length === 0),
  }
}
