/** What several agents saw of one outage, brought together before it is judged. Pure. */
import type { DiagnosisInput, SiteModel } from '@steward/shared/diagnosis'

/** What was observed, at the time at which it was, ms since 1970. */
export type Seen = { at: number; input: DiagnosisInput }

/** What agents saw within one span is judged at its end, together. */
export type Gathering = { from: number; to: number }

/** Devices that hang together, by what they need, with devices of another agent. */
export function acrossAgents(model: SiteModel, agentOf: (device: string) => string | null): Set<string> {
  const parent = new Map(model.devices.map((it) => [it.id, it.id]))
  const rootOf = (id: string): string => {
    let root = id
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up
    parent.set(id, root)
    return root
  }
  for (const { id, needs } of model.devices) for (const it of needs.flat()) parent.set(rootOf(id), rootOf(it))
  const agents = new Map<string, Set<string | null>>()
  for (const { id } of model.devices) {
    const root = rootOf(id)
    agents.set(root, (agents.get(root) ?? new Set()).add(agentOf(id)))
  }
  const isMixed = ({ id }: { id: string }) => (agents.get(rootOf(id))?.size ?? 0) > 1
  return new Set(model.devices.filter(isMixed).map((it) => it.id))
}

/**
 * Agents find the outage of a switch and of what hangs on it at different moments, each at its own next check. So when a
 * device goes down that hangs together with another agent's, everything seen of such devices within `gatherMs` counts at
 * the end of that span, in its order: the cause is known before its effects are judged. `seen` is in order of time, and
 * so is what comes back.
 */
export function gathered(
  seen: readonly Seen[],
  across: ReadonlySet<string>,
  gatherMs: number,
): { seen: Seen[]; gatherings: Gathering[] } {
  const gatherings: Gathering[] = []
  const moved = seen.map((it): Seen => {
    if (!across.has(it.input.device)) return it
    const last = gatherings.at(-1)
    if (last !== undefined && it.at <= last.to) return { at: last.to, input: it.input }
    if (!('state' in it.input) || it.input.state !== 'down') return it
    gatherings.push({ from: it.at, to: it.at + gatherMs })
    return { at: it.at + gatherMs, input: it.input }
  })
  return { seen: moved.sort((a, b) => a.at - b.at), gatherings }
}
