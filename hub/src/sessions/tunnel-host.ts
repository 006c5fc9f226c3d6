import type { TunnelOpened, TunnelRequest } from '@steward/shared/api'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { type Principal, siteScope } from '../access/index.ts'
import { type InventoryTables, needDevice, needSite } from '../inventory/index.ts'
import type { Platform } from '../platform.ts'
import { grantedUntil, type LinkOfDevice, noGrant } from './agent-link.ts'
import { type LiveTunnel, newTunnel, refuseTooMany, type Visitor } from './live-tunnels.ts'
import { recordEnd, recordOpening } from './record.ts'
import type { TunnelHost } from './serve-tunnel.ts'

export type HostDeps = Platform & { linkOfDevice: LinkOfDevice; live: Map<string, LiveTunnel> }

/** The device as the principal may reach it now; throws what forbids it. */
export async function targetFor(
  deps: Platform,
  principal: Principal,
  to: { site: string; device: string },
): Promise<{ customer: string; address: string }> {
  const scope = siteScope(principal, 'connect')
  if (scope === null) throw new StewardError('access/forbidden', 'Your role does not allow connecting to devices.')
  const db = deps.db.withTables<InventoryTables>()
  const site = await needSite(db, scope, to.site)
  const { config } = await needDevice(db, scope, `${to.site}:${to.device}`)
  if (config.address === undefined) {
    const line = `${to.device} has no address of its own; connect to the device behind it.`
    throw new StewardError('support/target-not-allowed', line)
  }
  return { customer: site.customer, address: config.address }
}

async function open(
  deps: HostDeps,
  visitor: Visitor,
  request: TunnelRequest,
): Promise<{ tunnel: LiveTunnel; opened: TunnelOpened }> {
  const { site, device, port, reason } = request
  const openedAt = deps.now()
  const target = await targetFor(deps, visitor.principal, request)
  const until = await grantedUntil(await deps.linkOfDevice(site, device), { site, device, port, now: openedAt })
  refuseTooMany(deps.live, visitor.principal)
  const tunnel = newTunnel({ ...visitor, ...target, site, device, port, reason, openedAt })
  deps.live.set(tunnel.id, tunnel)
  try {
    await recordOpening(deps, tunnel)
  } catch (error) {
    // What is not written down does not happen.
    deps.live.delete(tunnel.id)
    throw error
  }
  return { tunnel, opened: { id: tunnel.id, grantedUntil: new Date(until).toISOString() } }
}

async function noteRefusal(
  deps: HostDeps,
  principal: Principal,
  request: TunnelRequest,
  error: unknown,
): Promise<void> {
  if (!isStewardError(error)) return
  const { device, port, reason, site } = request
  // A site that is not the caller's is not named in that site's log.
  const known = error.code !== 'input/not-found' && error.code !== 'access/forbidden'
  const detail = { port, reason, code: error.code }
  const event = { who: principal.name, action: 'tunnel.refused', target: `${site}/${device}`, detail }
  await deps.audit.write(known ? { ...event, site } : event)
}

/** What one engineer's WebSocket is served with: rights, grant, record and figures of its one tunnel. */
export function createTunnelHost(deps: HostDeps, visitor: Visitor): TunnelHost {
  const { principal } = visitor
  let tunnel: LiveTunnel | undefined
  const failed = (error: unknown) => deps.log.error({ err: error }, 'the record of a tunnel could not be written')
  return {
    async open(request) {
      try {
        const made = await open(deps, visitor, request)
        tunnel = made.tunnel
        return made.opened
      } catch (error) {
        await noteRefusal(deps, principal, request, error).catch(failed)
        throw error
      }
    },
    async connect() {
      if (tunnel === undefined) throw new StewardError('input/invalid', 'Ask for the tunnel first.')
      const { site, device, port, address, reason, id } = tunnel
      const to = { address, port, device, reason, engineer: principal.name, session: id }
      try {
        return await (await deps.linkOfDevice(site, device)).connect(to)
      } catch (error) {
        throw isStewardError(error, 'support/no-grant') ? noGrant({ site, device, port }) : error
      }
    },
    began(joined) {
      if (tunnel === undefined) return
      tunnel.streams += 1
      tunnel.running.add(joined)
    },
    ended(joined) {
      if (tunnel?.running.delete(joined) !== true) return
      tunnel.endedUpBytes += joined.forwardBytes
      tunnel.endedDownBytes += joined.backBytes
    },
    failed(error) {
      if (tunnel !== undefined) tunnel.refusals += 1
      if (error.code === 'system/internal') deps.log.error({ err: error.cause ?? error }, 'a tunnel failed')
    },
    closed(why) {
      const ended = tunnel
      if (ended === undefined) return
      deps.live.delete(ended.id)
      recordEnd(deps, ended, why).catch(failed).finally(ended.noteClosed)
    },
  }
}
