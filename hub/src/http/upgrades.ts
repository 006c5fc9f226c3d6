import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

export type Upgrade = { socket: Socket; head: Buffer }

/**
 * Leads WebSocket requests for `path` through the same router as all others, so that rights, limits and problem documents
 * are the same. The handler takes what it upgrades out of the map; anything else gets an ordinary answer.
 */
export function leadUpgrades(
  app: Pick<FastifyInstance, 'server' | 'routing'>,
  path: string,
): ReadonlyMap<IncomingMessage, Upgrade> {
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
