import { z } from 'zod'
import { Instant, Port, Slug } from '../model/index.ts'
import { pageOf } from './page.ts'

/**
 * A WebSocket at `socket` carries HTTP/2 to the hub (`steward connect`): first POST `open`, then one
 * CONNECT stream per TCP connection. Half-close and flow control are HTTP/2's own (RFC 9113 sections 5.2 and 8.5).
 */
export const tunnelPaths = { socket: '/api/v1/tunnels/connect', open: '/open' } as const

/** WebSocket sub-protocol of `steward connect` (RFC 6455 section 1.9). */
export const tunnelProtocol = 'steward.tunnel.1'

/** Asks for a tunnel to a port of a device; checked against role, site and what the agent grants now. */
export const TunnelRequest = z.object({
  site: Slug,
  device: Slug,
  port: Port,
  reason: z.string().trim().max(500).default(''),
})
export type TunnelRequest = z.infer<typeof TunnelRequest>

/** The tunnel is open; `grantedUntil` is the agent's own word on how long it lets connections through. */
export const TunnelOpened = z.object({ id: z.string(), grantedUntil: Instant })
export type TunnelOpened = z.infer<typeof TunnelOpened>

/** A tunnel that is open now. `up` is what went to the device, `down` what came from it, in bytes. */
export const Tunnel = z.object({
  id: z.string(),
  site: Slug,
  device: Slug,
  port: Port,
  who: z.string(),
  reason: z.string(),
  openedAt: Instant,
  streams: z.int(),
  upBytes: z.int(),
  downBytes: z.int(),
})
export type Tunnel = z.infer<typeof Tunnel>
export const TunnelList = pageOf(Tunnel)
