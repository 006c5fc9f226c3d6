/** One TCP connection to a literal address, with a time limit and an abort that frees the socket at once. */
import { connect, isIPv6, type Socket } from 'node:net'
import type { Limits } from './contract.ts'
import { aborted, networkFailure, timedOut } from './network-failure.ts'

export function placeOf(address: string, port: number): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`
}

/** Throws StewardError `driver/timeout` or `driver/unreachable`; the socket has no listeners of ours when it is given. */
export function connectTcp(address: string, port: number, limits: Limits): Promise<Socket> {
  const where = placeOf(address, port)
  return new Promise((resolve, reject) => {
    if (limits.signal.aborted) {
      reject(aborted(where))
      return
    }
    const socket = connect({ host: address, port, noDelay: true })
    const settle = (): void => {
      clearTimeout(timer)
      limits.signal.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      socket.off('connect', onConnect)
    }
    const fail = (error: unknown): void => {
      settle()
      // A late error of a socket that nobody has any more must not end the process.
      socket.on('error', () => undefined)
      socket.destroy()
      reject(networkFailure(error, where))
    }
    const onAbort = (): void => fail(aborted(where))
    const onError = (error: Error): void => fail(error)
    const onConnect = (): void => {
      settle()
      resolve(socket)
    }
    const timer = setTimeout(() => fail(timedOut(where, limits.timeoutMs)), limits.timeoutMs)
    limits.signal.addEventListener('abort', onAbort, { once: true })
    socket.once('error', onError)
    socket.once('connect', onConnect)
  })
}
