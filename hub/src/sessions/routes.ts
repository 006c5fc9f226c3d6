import { TunnelList, tunnelPaths, tunnelProtocol } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { WebSocketServer } from 'ws'
import { covers } from '../access/index.ts'
import { leadUpgrades, principalOf, scopeOf } from '../http/index.ts'
import { shownTunnel } from './live-tunnels.ts'
import type { Sessions } from './sessions.ts'

/** HTTP/2 writes 16 KiB frames, several at once; nothing legitimate comes near this. */
const maxMessageBytes = 8 * 1024 * 1024

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
