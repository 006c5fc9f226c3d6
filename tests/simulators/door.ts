/** Devices with a small web interface: door controllers and the recorder's status page, JSON behind Digest. */
import { type Credentials, createDigestGuard } from './digest.ts'
import { noise } from './drift.ts'
import type { Gate } from './gate.ts'
import { openHttpPort } from './http-port.ts'
import type { TcpPort } from './tcp-port.ts'

export type StatusPageOptions = {
  address: string
  port: number
  gate: Gate
  credentials: Credentials
  status: (at: number) => unknown
  now?: () => number
}

/** GET /api/status. */
export function startStatusPage(options: StatusPageOptions): Promise<TcpPort> {
  const { gate, credentials, status, now = Date.now } = options
  const guard = createDigestGuard(credentials, { algorithms: ['SHA-256', 'MD5'], basic: true })
  const handle: Parameters<typeof openHttpPort>[0]['handle'] = async (request, response) => {
    const { authorization } = request.headers
    if (gate.refusesCredentials() || !guard.isAuthorised(authorization, request.method ?? 'GET')) {
      response.writeHead(401, { 'www-authenticate': guard.challenge(authorization) }).end()
    } else if (request.url === '/api/status') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(status(now())))
    } else response.writeHead(404).end()
  }
  return openHttpPort({ ...options, handle })
}

export type DoorOptions = Omit<StatusPageOptions, 'status'> & { name: string }

export function startDoorController(options: DoorOptions): Promise<TcpPort> {
  return startStatusPage({ ...options, status: (at) => doorStatus(options.name, at) })
}

/** Most of the time closed and locked; somebody goes through now and then. */
function doorStatus(name: string, at: number) {
  const minute = Math.floor(at / 60_000)
  const passing = noise(name, Math.floor(at / 10_000)) > 0.93
  return {
    device: { vendor: 'Steward Simulations', model: 'SIM-DOOR-2', serial: `D-${name}`, firmware: '2.6.0' },
    door: { state: passing ? 'open' : 'closed', lock: passing ? 'unlocked' : 'locked', heldOpen: false },
    reader: { online: true, eventsToday: Math.floor((minute % 1440) / 6) },
    supply: { volts: Number((13.6 + noise(name, minute) / 10).toFixed(2)), onBattery: false },
  }
}

const diskBytes = 8_000_000_000_000

/** A recorder that overwrites its oldest day: the disks are nearly full and stay so. */
export function recorderStatus(name: string, channels: readonly string[], isSeen: (channel: string) => boolean) {
  return (at: number) => {
    const minute = Math.floor(at / 60_000)
    const recording = channels.filter(isSeen)
    return {
      device: { vendor: 'Steward Simulations', model: 'SIM-NVR-24', serial: `N-${name}`, firmware: '5.4.1' },
      recording: {
        active: recording.length,
        channels: channels.map((it) => ({ name: it, state: isSeen(it) ? 'recording' : 'no-signal' })),
        daysKept: 31,
      },
      disks: [1, 2, 3, 4].map((slot) => ({
        slot,
        state: 'ok',
        bytes: diskBytes,
        usedPercent: Number((96 + noise(`${name}/${slot}`, minute)).toFixed(1)),
        temperature: Number((37 + slot + noise(`${name}/t${slot}`, minute) * 2).toFixed(1)),
      })),
      inputMbps: Number((recording.length * 4 + noise(name, minute)).toFixed(1)),
    }
  }
}
