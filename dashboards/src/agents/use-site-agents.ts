import type { Agent } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { agentsQuery } from '../api/fleet.ts'
import { agentsOfSite } from './look-after.ts'

/** The agents of a site that are not revoked, the first enrolled first; empty while it is not known. */
export function useSiteAgents(site: string): Agent[] {
  return agentsOfSite(useQuery(agentsQuery).data ?? [], site)
}
