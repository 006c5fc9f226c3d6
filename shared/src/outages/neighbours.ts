/** A device as the outages see it. `checked` false: nobody asks it (kind `channel`), so nothing waits for it. */
export type WatchedDevice = { id: string; checked: boolean; needs: readonly (readonly string[])[] }

export type Neighbours = {
  /** checked devices that this one needs, directly or through others, alternatives included */
  needsOf(id: string): readonly string[]
  /** checked devices that have a requirement which only this one meets */
  dependentsOf(id: string): readonly string[]
  /** devices that this one needs with no alternative */
  carriersOf(id: string): readonly string[]
}

/** Whom each device needs and who needs it. Rings are allowed; ids that are no device are left out. */
export function neighboursOf(devices: readonly WatchedDevice[]): Neighbours {
  const byId = new Map(devices.map((it) => [it.id, it]))
  const carriers = new Map(devices.map((it) => [it.id, it.checked ? carriersOf(it) : []]))
  const dependents = new Map<string, string[]>(devices.map((it) => [it.id, []]))
  for (const [id, list] of carriers) for (const carrier of list) dependents.get(carrier)?.push(id)
  const reached = new Map<string, readonly string[]>()
  const reach = (id: string) => {
    const seen = new Set([id])
    // A set goes on to what is added while it is walked, so this ends when nothing new is reached.
    for (const each of seen) for (const need of byId.get(each)?.needs.flat() ?? []) seen.add(need)
    seen.delete(id)
    return [...seen].filter((it) => byId.get(it)?.checked === true)
  }
  return {
    needsOf(id) {
      const known = reached.get(id) ?? reach(id)
      reached.set(id, known)
      return known
    },
    dependentsOf: (id) => dependents.get(id) ?? [],
    carriersOf: (id) => carriers.get(id) ?? [],
  }
}

function carriersOf(device: WatchedDevice): string[] {
  const alone = device.needs.map((it) => new Set(it)).filter((it) => it.size === 1)
  return [...new Set(alone.flatMap((it) => [...it]))]
}
