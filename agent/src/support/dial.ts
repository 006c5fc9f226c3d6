import { connect, type Socket } from 'node:net'
import { StewardError } from '@steward/shared/errors'

const timeoutMs = 10_000

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the device refuses connections on this port',
  EHOSTUNREACH: 'there is no route to the device',
  ENETUNREACH: 'there is no route to the device',
  ECONNRESET: 'the device cut the connection',
  ETIMEDOUT: 'the device did not answer',
}

/** A TCP connection to a literal address. Throws `support/device-unreachable` after at most 10 s. */
export function dial(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // No `signal` here: Node keeps it for the socket's whole life, and would cut what has long been connected.
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true, keepAlive: true })
    const fail = (why: string, cause?: unknown) => {
      socket.destroy()
      reject(new StewardError('support/device-unreachable', `${address} port ${port}: ${why}.`, { cause }))
    }
    const timer = setTimeout(() => fail('the device did not answer within 10 s'), timeoutMs)
    const failed = (error: Error) => {
      clearTimeout(timer)
      const code = 'code' in error ? String(error.code) : ''
      fail(reasons[code] ?? (code || error.message), error)
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeListener('error', failed)
      resolve(socket)
    })
  })
}
