import { isStewardError } from '@steward/shared/errors'
import type { FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import type { Principal } from '../access/index.ts'
import type { Platform } from '../platform.ts'
import type { LinkOfDevice } from './agent-link.ts'
import type { LiveTunnel } from './live-tunnels.ts'
import { recordCutOff, recordFigures } from './record.ts'
import { serveTunnel } from './serve-tunnel.ts'
import { createTunnelHost, targetFor } from './tunnel-host.ts'

export type SessionOptions = Platform & {
  linkOfDevice: LinkOfDevice
  /** who asks; asked again while a tunnel lasts */
  authenticate(request: FastifyRequest): Promise<Principal | null>
}

/** The room at work. */
export type Sessions = {
  platform: Platform
  live: ReadonlyMap<string, LiveTunnel>
  /** Serves one tunnel over the engineer's WebSocket until either side ends it. */
  serve(socket: WebSocket, request: FastifyRequest, principal: Principal): void
  stop(): Promise<void>
}

/** Rights, device and figures of every open tunnel are looked at this often; a taken right ends it at once, by its event. */
const lookEveryMs = 15_000

/** Why a tunnel may not go on, or null. */
async function whyToEnd(options: SessionOptions, tunnel: LiveTunnel): Promise<string | null> {
  const principal = await tunnel.askAgain()
  if (principal === null) return 'your access was taken away'
  try {
    const { address } = await targetFor(options, principal, tunnel)
    return address === tunnel.address ? null : `the address of ${tunnel.device} has changed`
  } catch (error) {
    if (isStewardError(error)) return error.message.replace(/\.$/, '')
    throw error
  }
}

async function look(options: SessionOptions, tunnel: LiveTunnel): Promise<void> {
  try {
    const why = await whyToEnd(options, tunnel)
    if (why === null) await recordFigures(options, tunnel)
    else tunnel.end(why)
  } catch (error) {
    options.log.error({ err: error }, 'the rights of a tunnel could not be checked')
    tunnel.end('the hub cannot check your rights now')
  }
}

function endWhere(live: ReadonlyMap<string, LiveTunnel>, is: (tunnel: LiveTunnel) => boolean, why: string): void {
  for (const tunnel of live.values()) if (is(tunnel)) tunnel.end(why)
}

/** Starts the room; first closes in the audit log what a killed hub left open. */
export async function createSessions(options: SessionOptions): Promise<Sessions> {
  await recordCutOff(options)
  const live = new Map<string, LiveTunnel>()
  const lookAt = (is: (tunnel: LiveTunnel) => boolean): void => {
    for (const tunnel of live.values()) if (is(tunnel)) void look(options, tunnel)
  }
  const { events } = options
  const unsubscribe = [
    events.on('access-revoked', (who) => {
      const id = 'person' in who ? who.person : who.key
      endWhere(live, (it) => it.principal.id === id, 'your access was taken away')
    }),
    events.on('agent-state', ({ site, state }) => {
      if (state === 'revoked') endWhere(live, (it) => it.site === site, 'the agent was revoked')
    }),
    events.on('config-changed', ({ site }) => lookAt((it) => it.site === site)),
  ]
  const timer = setInterval(() => lookAt(() => true), lookEveryMs)
  return {
    platform: options,
    live,
    serve(socket, request, principal) {
      let served: ReturnType<typeof serveTunnel> | undefined
      const end = (why: string): void => served?.end(why)
      const visitor = { principal, end, askAgain: () => options.authenticate(request) }
      served = serveTunnel(socket, createTunnelHost({ ...options, live }, visitor))
    },
    async stop() {
      clearInterval(timer)
      for (const it of unsubscribe) it()
      const gone = [...live.values()].map((it) => it.closed)
      endWhere(live, () => true, 'the hub is stopping')
      await Promise.all(gone)
    },
  }
}
