import { randomUUID } from 'node:crypto'
import type { Tunnel } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { Principal } from '../access/index.ts'
import type { Joined } from './join-streams.ts'

/** Who holds the other end of a tunnel, and how to take it away. */
export type Visitor = {
  principal: Principal
  /** who it is now; null when its access was taken away */
  askAgain(): Promise<Principal | null>
  end(why: string): void
}

/** A tunnel as the hub holds it. Bytes: `up` to the device, `down` from it. */
export type LiveTunnel = Visitor & {
  id: string
  site: string
  customer: string
  device: string
  address: string
  port: number
  reason: string
  openedAt: number
  /** how many connections it has had */
  streams: number
  running: Set<Joined>
  endedUpBytes: number
  endedDownBytes: number
  refusals: number
  /** resolves when its end is in the audit log */
  closed: Promise<void>
  noteClosed(): void
}

export const tunnelLimits = { perPrincipal: 16, all: 200 } as const

type NewTunnel = Pick<
  LiveTunnel,
  keyof Visitor | 'site' | 'customer' | 'device' | 'address' | 'port' | 'reason' | 'openedAt'
>

export function newTunnel(it: NewTunnel): LiveTunnel {
  const { promise, resolve } = Promise.withResolvers<void>()
  const figures = { streams: 0, running: new Set<Joined>(), endedUpBytes: 0, endedDownBytes: 0, refusals: 0 }
  return { ...it, ...figures, id: randomUUID(), closed: promise, noteClosed: resolve }
}

/** Refuses one tunnel too many. */
export function refuseTooMany(live: ReadonlyMap<string, LiveTunnel>, principal: Principal): void {
  const own = [...live.values()].filter((it) => it.principal.id === principal.id).length
  if (own < tunnelLimits.perPrincipal && live.size < tunnelLimits.all) return
  const what = own >= tunnelLimits.perPrincipal ? `${own} tunnels of yours` : `${live.size} tunnels`
  throw new StewardError(
    'support/too-many-streams',
    `${what} are open, which is as many as there may be; close one first.`,
  )
}

/** Bytes of all its connections, those that run included. */
export function bytesOf(tunnel: LiveTunnel): { upBytes: number; downBytes: number } {
  let upBytes = tunnel.endedUpBytes
  let downBytes = tunnel.endedDownBytes
  for (const joined of tunnel.running) {
    upBytes += joined.forwardBytes
    downBytes += joined.backBytes
  }
  return { upBytes, downBytes }
}

export function shownTunnel(tunnel: LiveTunnel): Tunnel {
  const { id, site, device, port, reason } = tunnel
  const openedAt = new Date(tunnel.openedAt).toISOString()
  return {
    id,
    site,
    device,
    port,
    reason,
    who: tunnel.principal.name,
    openedAt,
    streams: tunnel.running.size,
    ...bytesOf(tunnel),
  }
}
