/**
 * Outages that are certain but not yet told, since something that the device needs is being checked: so that a parent is
 * never learned of after its children.
 */
export type Holds = {
  has(device: string): boolean
  /** Holds a device back until all of `open` are settled, at most until `until` (milliseconds). */
  hold(device: string, open: readonly string[], until: number): void
  /** Says that `need` is known now; gives the devices that waited for nothing else. */
  settle(need: string): string[]
  drop(device: string): void
  /** Takes out and gives those whose time is over. */
  overdue(at: number): string[]
  nextDueAt(): number | null
  /** Forgets devices that are gone and what they were waiting for. */
  keepOnly(exists: (device: string) => boolean): void
}

type Held = { waitsFor: Set<string>; until: number }

export function createHolds(): Holds {
  const held = new Map<string, Held>()
  const waiters = new Map<string, Set<string>>()

  function drop(device: string): void {
    for (const need of held.get(device)?.waitsFor ?? []) waiters.get(need)?.delete(device)
    held.delete(device)
  }

  function settle(need: string): string[] {
    const waiting = [...(waiters.get(need) ?? [])]
    waiters.delete(need)
    for (const device of waiting) held.get(device)?.waitsFor.delete(need)
    const free = waiting.filter((it) => held.get(it)?.waitsFor.size === 0)
    for (const device of free) drop(device)
    return free
  }

  return {
    has: (device) => held.has(device),
    hold(device, open, until) {
      held.set(device, { waitsFor: new Set(open), until })
      for (const need of open) waiters.set(need, (waiters.get(need) ?? new Set()).add(device))
    },
    settle,
    drop,
    overdue(at) {
      const late = [...held].filter(([, it]) => it.until <= at).map(([device]) => device)
      for (const device of late) drop(device)
      return late
    },
    nextDueAt: () =>
      [...held.values()].reduce<number | null>((least, it) => Math.min(least ?? it.until, it.until), null),
    keepOnly(exists) {
      for (const device of [...held.keys()].filter((it) => !exists(it))) drop(device)
      for (const need of [...waiters.keys()].filter((it) => !exists(it))) settle(need)
    },
  }
}
