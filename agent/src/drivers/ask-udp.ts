/** One question in one datagram, from a socket of its own that hears nobody else. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Limits } from './contract.ts'
import { aborted, networkFailure, timedOut } from './network-failure.ts'
import { placeOf } from './tcp-connect.ts'

/** What came back, and how long that took. */
export type UdpAnswer<T> = { value: T; tookMs: number }

/**
 * `read` gives null for what is no answer to this question: it is passed over, so that nobody who guesses can end the wait.
 * Throws StewardError, also what `read` throws.
 */
export async function askUdp<T>(
  at: { address: string; port: number },
  question: Buffer,
  limits: Limits,
  read: (message: Buffer) => T | null,
): Promise<UdpAnswer<T>> {
  const where = placeOf(at.address, at.port)
  if (limits.signal.aborted) throw aborted(where)
  const socket = createSocket(isIPv6(at.address) ? 'udp6' : 'udp4')
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), limits.timeoutMs)
  const signal = AbortSignal.any([limits.signal, late.signal])
  let onAbort = (): void => undefined
  try {
    socket.connect(at.port, at.address)
    await once(socket, 'connect', { signal })
    const startedMs = performance.now()
    const answered = new Promise<UdpAnswer<T>>((resolve, reject) => {
      const onMessage = (message: Buffer): void => {
        const tookMs = performance.now() - startedMs
        try {
          const value = read(message)
          if (value !== null) resolve({ value, tookMs })
        } catch (error) {
          reject(error)
        }
      }
      socket.on('message', onMessage)
      socket.on('error', reject)
      onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort)
      socket.send(question, (error) => {
        if (error !== null && error !== undefined) reject(error)
      })
    })
    return await answered
  } catch (error) {
    if (limits.signal.aborted) throw aborted(where)
    throw late.signal.aborted ? timedOut(where, limits.timeoutMs) : networkFailure(error, where)
  } finally {
    clearTimeout(timer)
    // Node keeps a signal of several for as long as somebody listens to it.
    signal.removeEventListener('abort', onAbort)
    socket.close()
  }
}
