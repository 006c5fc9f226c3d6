/** A device and what it needs, as its site's model has it. */
export type Needing = { id: string; needs: readonly (readonly string[])[] }
export type Chain = { device: string; path: string[] }

/**
 * The shortest way from a cause to each device that it affects, along the needs: each step leads to a device that needs the
 * one before. Ways go through affected devices and other causes only. A model that has changed since may have no way: then
 * it is the two ends.
 */
export function chainsOf(
  cause: string,
  affected: readonly string[],
  otherCauses: readonly string[],
  devices: readonly Needing[],
): Chain[] {
  const passable = new Set([...affected, ...otherCauses])
  const needing = new Map<string, string[]>()
  for (const { id, needs } of devices) {
    if (!passable.has(id)) continue
    for (const needed of new Set(needs.flat())) {
      const others = needing.get(needed)
      if (others === undefined) needing.set(needed, [id])
      else others.push(id)
    }
  }
  const before = new Map<string, string>()
  const reached = [cause]
  for (const device of reached) {
    for (const next of needing.get(device) ?? []) {
      if (next === cause || before.has(next)) continue
      before.set(next, device)
      reached.push(next)
    }
  }
  return affected.map((device) => ({ device, path: wayTo(device, cause, before) }))
}

function wayTo(device: string, cause: string, before: ReadonlyMap<string, string>): string[] {
  const way = [device]
  for (let at = before.get(device); at !== undefined; at = before.get(at)) way.unshift(at)
  return way[0] === cause ? way : [cause, device]
}
