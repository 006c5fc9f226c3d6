/** The last events, so that who was away for a moment misses none. Numbers rise by one. */
export type Ring<Item> = {
  add(item: Item): number
  /** Everything after a number, oldest first; null where something lasting is gone, or it is not a number of this ring. */
  after(number: number): { number: number; item: Item }[] | null
}

export type RingOptions<Item> = {
  /** what the next of its kind takes the place of (a reading): it may be gone without being missed */
  isPassing(item: Item): boolean
  lasting: number
  passing: number
}

type Kept<Item> = { number: number; item: Item }

/** Passing events have a ring of their own, so that a thousand readings do not push a fault out. */
export function createRing<Item>(options: RingOptions<Item>): Ring<Item> {
  const lasting: Kept<Item>[] = []
  const passing: Kept<Item>[] = []
  let last = 0
  /** number of the newest lasting event that is gone */
  let gone = 0
  return {
    add(item) {
      last += 1
      if (options.isPassing(item)) {
        passing.push({ number: last, item })
        if (passing.length > options.passing) passing.shift()
        return last
      }
      lasting.push({ number: last, item })
      if (lasting.length > options.lasting) gone = lasting.shift()?.number ?? gone
      return last
    },
    after(number) {
      if (!Number.isInteger(number) || number < gone || number > last) return null
      const later = [...lasting, ...passing].filter((it) => it.number > number)
      return later.sort((a, b) => a.number - b.number)
    },
  }
}
