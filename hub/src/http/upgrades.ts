import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'

export type Upgrade = { socket: Socket; head: Buffer }

type Lead = (request: IncomingMessage, socket: Socket, head: Buffer) => void

/** The paths of each server that take a WebSocket. */
const leads = new WeakMap<object, Map<string, Lead>>()

function leadsOf(server: Pick<Server, 'on'>): Map<string, Lead> {
  const known = leads.get(server)
  if (known !== undefined) return known
  const paths = new Map<string, Lead>()
  leads.set(server, paths)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has taken its own listener off: without one a reset before the handler's would end the process.
    socket.on('error', () => socket.destroy())
    const lead = paths.get(request.url?.split('?')[0] ?? '')
    if (lead !== undefined && socket instanceof Socket) lead(request, socket, head)
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  return paths
}

/**
 * Leads WebSocket requests for `path` through the same router as all others, so that rights, limits and problem documents
 * are the same. The handler takes what it upgrades out of the map; anything else gets an ordinary answer.
 */
export function leadUpgrades(
  app: Pick<FastifyInstance, 'server' | 'routing'>,
  path: string,
): ReadonlyMap<IncomingMessage, Upgrade> {
  const upgrades = new Map<IncomingMessage, Upgrade>()
  leadsOf(app.server).set(path, (request, socket, head) => {
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
