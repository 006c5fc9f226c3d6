/** The last events, so that who was away for a moment misses none. Numbers rise by one. */
export type Ring<Item> = {
  add(item: Item): number
  /** Everything after a number, oldest first; null where some of it is gone, or it is not a number of this ring. */
  after(number: number): { number: number; item: Item }[] | null
  lastNumber(): number
}

export function createRing<Item>(size: number): Ring<Item> {
  const items: Item[] = []
  let last = 0
  return {
    add(item) {
      items.push(item)
      if (items.length > size) items.shift()
      last += 1
      return last
    },
    after(number) {
      const first = last - items.length + 1
      if (!Number.isInteger(number) || number > last || number < first - 1) return null
      return items.slice(number - first + 1).map((item, i) => ({ number: number + 1 + i, item }))
    },
    lastNumber: () => last,
  }
}
