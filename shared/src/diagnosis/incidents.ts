/** A fault at L1 with the paralysed functions that it touches. */
export type Paralysing = { fault: string; openedAt: number; functions: readonly number[] }

/**
 * Incidents (section 3): faults at L1 belong together when they touch the same paralysed function, directly or over
 * others. Gives the incident of each fault: the id of the oldest in it, of equally old ones the first in `faults`.
 */
export function incidentsOf(faults: readonly Paralysing[]): Map<string, string> {
  const oldestFirst = [...faults].sort((a, b) => a.openedAt - b.openedAt)
  const touching = new Map<number, Paralysing[]>()
  for (const fault of oldestFirst) {
    for (const fn of fault.functions) touching.set(fn, [...(touching.get(fn) ?? []), fault])
  }
  const incidents = new Map<string, string>()
  for (const oldest of oldestFirst) {
    if (incidents.has(oldest.fault)) continue
    const together = new Set([oldest])
    const functions = new Set<number>()
    for (const fault of together) {
      incidents.set(fault.fault, oldest.fault)
      for (const fn of fault.functions) {
        if (functions.has(fn)) continue
        functions.add(fn)
        for (const other of touching.get(fn) ?? []) together.add(other)
      }
    }
  }
  return incidents
}
