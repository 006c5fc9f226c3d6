/** What is due when: one time for each name, the earliest at hand. A binary heap that knows where each of its entries is. */
export type Agenda<Name> = {
  /** Milliseconds, on whatever clock the caller uses; replaces the time that the name had. */
  set(name: Name, dueAt: number): void
  dueAt(name: Name): number | undefined
  /** Takes out what is due at `now`, earliest first. A name is remembered for its next time until it is deleted. */
  takeDue(now: number): Name[]
  delete(name: Name): void
  nextDueAt(): number | null
}

/** `at`: its place in the heap; -1: it has no time. Entries are kept, since thousands are set again and again. */
type Entry<Name> = { readonly name: Name; dueAt: number; at: number }

export function createAgenda<Name>(): Agenda<Name> {
  const heap: Entry<Name>[] = []
  const entries = new Map<Name, Entry<Name>>()

  const entryOf = (name: Name): Entry<Name> => {
    const known = entries.get(name)
    if (known !== undefined) return known
    const fresh = { name, dueAt: 0, at: -1 }
    entries.set(name, fresh)
    return fresh
  }

  const takeOut = (entry: Entry<Name>): void => {
    const { at } = entry
    const last = heap.pop()
    entry.at = -1
    if (last === undefined || last === entry) return
    put(heap, last, at)
    settle(heap, last)
  }

  return {
    set(name, dueAt) {
      const entry = entryOf(name)
      entry.dueAt = dueAt
      if (entry.at === -1) put(heap, entry, heap.length)
      settle(heap, entry)
    },
    dueAt(name) {
      const entry = entries.get(name)
      return entry === undefined || entry.at === -1 ? undefined : entry.dueAt
    },
    takeDue(now) {
      const due: Name[] = []
      for (let [next] = heap; next !== undefined && next.dueAt <= now; [next] = heap) {
        takeOut(next)
        due.push(next.name)
      }
      return due
    },
    delete(name) {
      const entry = entries.get(name)
      if (entry !== undefined && entry.at !== -1) takeOut(entry)
      entries.delete(name)
    },
    nextDueAt: () => heap[0]?.dueAt ?? null,
  }
}

function put<Name>(heap: Entry<Name>[], entry: Entry<Name>, at: number): void {
  heap[at] = entry
  entry.at = at
}

/** Moves an entry whose time has changed up or down to where it belongs. */
function settle<Name>(heap: Entry<Name>[], entry: Entry<Name>): void {
  let above = heap[(entry.at - 1) >> 1]
  while (entry.at > 0 && above !== undefined && above.dueAt > entry.dueAt) {
    swap(heap, above, entry)
    above = heap[(entry.at - 1) >> 1]
  }
  for (let below = earlierBelow(heap, entry.at); below !== undefined && below.dueAt < entry.dueAt; ) {
    swap(heap, entry, below)
    below = earlierBelow(heap, entry.at)
  }
}

function earlierBelow<Name>(heap: Entry<Name>[], at: number): Entry<Name> | undefined {
  const left = heap[at * 2 + 1]
  const right = heap[at * 2 + 2]
  return right !== undefined && left !== undefined && right.dueAt < left.dueAt ? right : left
}

function swap<Name>(heap: Entry<Name>[], one: Entry<Name>, other: Entry<Name>): void {
  const { at } = one
  put(heap, one, other.at)
  put(heap, other, at)
}
