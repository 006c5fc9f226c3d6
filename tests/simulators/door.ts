/** A door controller: a small HTTP API behind Digest, as access-control panels have it. */
import { createServer } from 'node:http'
import { type Credentials, challenge, isAuthorised } from './digest.ts'
import { noise } from './drift.ts'
import type { Gate } from './gate.ts'
import { openTcpPort } from './tcp-port.ts'

export type DoorOptions = {
  address: string
  port: number
  gate: Gate
  name: string
  credentials: Credentials
  now?: () => number
}

export function startDoorController(options: DoorOptions): Promise<{ port: number; close(): Promise<void> }> {
  const { gate, credentials } = options
  const server = createServer(async (request, response) => {
    await gate.pass()
    if (
      gate.refusesCredentials() ||
      !isAuthorised(request.headers.authorization, request.method ?? 'GET', credentials)
    ) {
      response.writeHead(401, { 'www-authenticate': challenge() }).end()
      return
    }
    if (request.url !== '/api/status') {
      response.writeHead(404).end()
      return
    }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(statusOf(options.name, (options.now ?? Date.now)())))
  })
  return openTcpPort({ ...options, serve: (socket) => server.emit('connection', socket) })
}

/** Most of the time closed and locked; somebody goes through now and then. */
function statusOf(name: string, at: number) {
  const minute = Math.floor(at / 60_000)
  const passing = noise(name, Math.floor(at / 10_000)) > 0.93
  return {
    device: { vendor: 'Steward Simulations', model: 'SIM-DOOR-2', serial: `D-${name}`, firmware: '2.6.0' },
    door: { state: passing ? 'open' : 'closed', lock: passing ? 'unlocked' : 'locked', heldOpen: false },
    reader: { online: true, eventsToday: Math.floor((minute % 1440) / 6) },
    supply: { volts: Number((13.6 + noise(name, minute) / 10).toFixed(2)), onBattery: false },
  }
}
