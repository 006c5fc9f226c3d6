/** Which agent of a site looks after which device. Pure. */
import type { Agent } from '@steward/shared/api'

/** Those that are not revoked, the first enrolled first. */
export function agentsOfSite(agents: readonly Agent[], site: string): Agent[] {
  return agents
    .filter((it) => it.site === site && it.revokedAt === null)
    .sort((a, b) => a.enrolledAt.localeCompare(b.enrolledAt) || a.id.localeCompare(b.id))
}

/** Agents' names with the devices that they look after; under null those whose agent is not there. */
export function lookedAfter<Device extends { agent?: string | undefined }>(
  devices: readonly Device[],
  agents: readonly Pick<Agent, 'name'>[],
): Map<string | null, Device[]> {
  const names = new Set(agents.map((it) => it.name))
  const first = agents[0]?.name ?? null
  return Map.groupBy(devices, ({ agent }) => (agent === undefined ? first : names.has(agent) ? agent : null))
}
