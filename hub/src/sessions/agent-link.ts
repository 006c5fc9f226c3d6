import type { Duplex } from 'node:stream'
import { StewardError } from '@steward/shared/errors'
import type { GrantSummary } from '@steward/shared/wire'

/** What a tunnel needs of the fleet: the connected agent of a device. */
export type AgentLink = {
  agent: string
  /** A TCP connection to the device through the agent; throws a StewardError, `support/no-grant` for one. */
  connect(to: {
    address: string
    port: number
    device: string
    engineer: string
    session: string
    reason: string
  }): Promise<Duplex>
  grants(): Promise<GrantSummary[]>
}

/** The agent of a site that looks after a device; throws `fleet/agent-away` while it is not connected. */
export type LinkOfDevice = (site: string, device: string) => AgentLink | Promise<AgentLink>

/** The one line that tells the engineer what to ask the customer for. */
export function noGrant(it: { site: string; device: string; port: number }): StewardError {
  return new StewardError(
    'support/no-grant',
    `The agent at ${it.site} grants nobody ${it.device}:${it.port} now. With the customer's consent, at the agent: steward agent grant --device ${it.device} --port ${it.port} --minutes 60`,
  )
}

/** Until when the agent lets connections through to this port of this device; throws `support/no-grant`. */
export async function grantedUntil(
  link: AgentLink,
  it: { site: string; device: string; port: number; now: number },
): Promise<number> {
  const grants = await link.grants()
  const ends = grants
    .filter((grant) => grant.device === it.device && grant.port === it.port)
    .map((grant) => grant.until)
  const until = Math.max(...ends, 0)
  if (until <= it.now) throw noGrant(it)
  return until
}
