/** What is due when: one time for each name, the earliest at hand. A binary heap whose outdated entries are skipped. */
export type Agenda<Name> = {
  /** Milliseconds, on whatever clock the caller uses; replaces the time that the name had. */
  set(name: Name, dueAt: number): void
  dueAt(name: Name): number | undefined
  delete(name: Name): void
  nextDueAt(): number | null
  /** Takes out what is due at `now`, earliest first. */
  takeDue(now: number): Name[]
}

type Entry<Name> = { name: Name; dueAt: number }

export function createAgenda<Name>(): Agenda<Name> {
  let heap: Entry<Name>[] = []
  const times = new Map<Name, number>()

  const isValid = (it: Entry<Name> | undefined): boolean => it !== undefined && times.get(it.name) === it.dueAt

  const pop = (): void => {
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    heap[0] = last
    siftDown(heap)
  }

  const top = (): Entry<Name> | undefined => {
    while (heap.length > 0 && !isValid(heap[0])) pop()
    return heap[0]
  }

  return {
    set(name, dueAt) {
      if (times.get(name) === dueAt) return
      times.set(name, dueAt)
      heap.push({ name, dueAt })
      siftUp(heap)
      // Outdated entries are usually popped in passing; a name that is set over and over must not let them pile up.
      if (heap.length > 64 && heap.length > times.size * 4) {
        heap = Array.from(times, ([it, at]) => ({ name: it, dueAt: at })).sort((a, b) => a.dueAt - b.dueAt)
      }
    },
    dueAt: (name) => times.get(name),
    delete: (name) => {
      times.delete(name)
    },
    nextDueAt: () => top()?.dueAt ?? null,
    takeDue(now) {
      const due: Name[] = []
      for (let next = top(); next !== undefined && next.dueAt <= now; next = top()) {
        times.delete(next.name)
        due.push(next.name)
        pop()
      }
      return due
    },
  }
}

function siftUp(heap: Entry<unknown>[]): void {
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1
    if (!swapIfLater(heap, parent, at)) return
    at = parent
  }
}

function siftDown(heap: Entry<unknown>[]): void {
  for (let at = 0; ; ) {
    const left = at * 2 + 1
    const right = left + 1
    const child = isEarlier(heap[right], heap[left]) ? right : left
    if (!swapIfLater(heap, at, child)) return
    at = child
  }
}

function isEarlier(a: Entry<unknown> | undefined, b: Entry<unknown> | undefined): boolean {
  return a !== undefined && b !== undefined && a.dueAt < b.dueAt
}

function swapIfLater(heap: Entry<unknown>[], parent: number, child: number): boolean {
  const above = heap[parent]
  const below = heap[child]
  if (above === undefined || below === undefined || above.dueAt <= below.dueAt) return false
  heap[parent] = below
  heap[child] = above
  return true
}
