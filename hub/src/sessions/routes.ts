import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { TunnelList, tunnelPaths, tunnelProtocol } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { FastifyInstance } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { WebSocketServer } from 'ws'
import { covers } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { shownTunnel } from './live-tunnels.ts'
import type { Sessions } from './sessions.ts'

type Upgrade = { socket: Socket; head: Buffer }

/** HTTP/2 writes 16 KiB frames, several at once; nothing legitimate comes near this. */
const maxMessageBytes = 8 * 1024 * 1024

/**
 * Leads WebSocket requests for `path` through the same router as all others, so that rights, limits and problem documents
 * are the same. The handler takes what it upgrades out of the map; anything else gets an ordinary answer.
 */
function leadUpgrades(app: Pick<FastifyInstance, 'server' | 'routing'>, path: string): Map<IncomingMessage, Upgrade> {
  const upgrades = new Map<IncomingMessage, Upgrade>()
  app.server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] !== path || !(socket instanceof Socket)) return
    const response = new ServerResponse(request)
    response.assignSocket(socket)
    response.shouldKeepAlive = false
    upgrades.set(request, { socket, head })
    socket.once('close', () => upgrades.delete(request))
    response.once('finish', () => socket.end())
    app.routing(request, response)
  })
  return upgrades
}

/** Tunnels: the list of those that are open, and the WebSocket that `steward connect` opens one through. */
export function sessionRoutes(sessions: Sessions): FastifyPluginAsyncZod {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols: (offered) => (offered.has(tunnelProtocol) ? tunnelProtocol : false),
  })
  return async (app) => {
    const upgrades = leadUpgrades(app, tunnelPaths.socket)
    app.get(
      '/tunnels',
      {
        config: { access: 'read' },
        schema: { tags: ['support'], summary: 'Tunnels that are open now', response: { 200: TunnelList } },
      },
      async (request) => {
        const scope = scopeOf(request)
        const own = [...sessions.live.values()].filter((it) => covers(scope, it.customer))
        return { items: own.map(shownTunnel), next: null }
      },
    )
    app.get(
      '/tunnels/connect',
      {
        config: { access: 'connect' },
        schema: { tags: ['support'], summary: 'A WebSocket for one tunnel; used by `steward connect`' },
      },
      async (request, reply) => {
        const upgrade = upgrades.get(request.raw)
        const offered = request.headers['sec-websocket-protocol']?.split(',').map((it) => it.trim())
        if (upgrade === undefined || offered?.includes(tunnelProtocol) !== true) {
          const line = `This address takes a WebSocket with the protocol ${tunnelProtocol}; use steward connect.`
          throw new StewardError('input/invalid', line)
        }
        const principal = principalOf(request)
        reply.hijack()
        sockets.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (it) => sessions.serve(it, request, principal))
      },
    )
  }
}
