/**
 * Sends requests and finds whose each answer is, over one datagram socket per address family however many targets there are.
 * An answer counts only when request id *and* source address are those of the request.
 */
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { BerError } from './ber.ts'
import { type Exchange, type RequestOptions, SnmpFailure, type SnmpTarget } from './contract.ts'
import { peekMessage, readCommunityResponse, versions, writeCommunityMessage } from './message.ts'
import type { Request, Response } from './pdu.ts'
import { createV3Session, type V3Session } from './v3-session.ts'

export type SnmpEngine = {
  /** What is learned of a target (engine id, clock, keys) is kept with the target object: new credentials, new object. */
  request(target: SnmpTarget, request: Request, options: RequestOptions): Promise<Response>
  /** Whether a version 3 target answers at all, whoever asks: its engine id is asked for, once. Rejects like `request`. */
  discover(target: SnmpTarget, options: Omit<RequestOptions, 'retries'>): Promise<void>
  close(): void
}

/** One datagram that is waited for. */
export type Waiting = {
  address: string
  port: number
  take(datagram: Buffer, message: ReturnType<typeof peekMessage>): void
  fail(failure: SnmpFailure): void
}

/** Addresses are literal; looking them up as names would cost a turn of the event loop for each datagram. */
const asItIs: NonNullable<SocketOptions['lookup']> = (address, _options, callback) =>
  callback(null, address, isIPv6(address) ? 6 : 4)

const receiveBufferBytes = 4 * 1024 * 1024

export function createSnmpEngine(): SnmpEngine {
  const waiting = new Map<number, Waiting>()
  const sockets = new Map<'udp4' | 'udp6', Socket>()
  const v3Sessions = new WeakMap<SnmpTarget, V3Session>()
  let lastId = Math.floor(Math.random() * 0x3fff_ffff)
  let closed = false

  const nextId = (): number => {
    do lastId = (lastId + 1) & 0x7fff_ffff
    while (lastId === 0 || waiting.has(lastId))
    return lastId
  }

  const onMessage = (datagram: Buffer, from: RemoteInfo): void => {
    try {
      const message = peekMessage(datagram)
      const waiter = waiting.get(message.id)
      if (waiter === undefined || waiter.port !== from.port || waiter.address !== from.address) return
      waiter.take(datagram, message)
    } catch (error) {
      // Not an SNMP message: whoever waits goes on waiting until its time is up.
      if (!(error instanceof BerError)) throw error
    }
  }

  const socketFor = (address: string): Socket => {
    const family = isIPv6(address) ? 'udp6' : 'udp4'
    const known = sockets.get(family)
    if (known !== undefined) return known
    const socket = createSocket({ type: family, recvBufferSize: receiveBufferBytes, lookup: asItIs })
    socket.on('message', onMessage)
    // An ICMP error on an unconnected socket names no request; time-outs find out.
    socket.on('error', () => undefined)
    socket.unref()
    sockets.set(family, socket)
    return socket
  }

  const once: Exchange['once'] = (target, id, datagram, timeoutMs, signal) =>
    new Promise((resolve, reject) => {
      if (closed || signal?.aborted) {
        reject(new SnmpFailure('aborted', 'aborted'))
        return
      }
      const done = (): void => {
        waiting.delete(id)
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
      const fail = (failure: SnmpFailure): void => {
        done()
        reject(failure)
      }
      const onAbort = (): void => fail(new SnmpFailure('aborted', 'aborted'))
      const timer = setTimeout(() => fail(new SnmpFailure('timeout', `no answer within ${timeoutMs} ms`)), timeoutMs)
      signal?.addEventListener('abort', onAbort, { once: true })
      waiting.set(id, {
        address: target.address,
        port: target.port,
        fail,
        take: (answer, message) => {
          done()
          resolve({ datagram: answer, message })
        },
      })
      socketFor(target.address).send(datagram, target.port, target.address, (error) => {
        if (error) fail(new SnmpFailure('unreachable', error.message))
      })
    })

  const exchange: Exchange = { nextId, once }

  const viaCommunity = async (
    target: SnmpTarget & { version: 'v1' | 'v2c' },
    request: Request,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Response> => {
    const id = nextId()
    const view = writeCommunityMessage(
      target.version === 'v1' ? versions.v1 : versions.v2c,
      Buffer.from(target.community),
      id,
      request,
    )
    const { message } = await once(target, id, Buffer.from(view), timeoutMs, signal)
    return readCommunityResponse(message.reader, request.type === 'get' ? request.oids : undefined)
  }

  const viaUsm = (
    target: SnmpTarget & { version: 'v3' },
    request: Request,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Response> => {
    let session = v3Sessions.get(target)
    if (session === undefined) {
      session = createV3Session(target, exchange)
      v3Sessions.set(target, session)
    }
    return session.request(request, timeoutMs, signal)
  }

  return {
    async request(target, request, options) {
      let timeoutMs = options.timeoutMs
      for (let attempt = 0; ; attempt += 1) {
        try {
          return target.version === 'v3'
            ? await viaUsm(target, request, timeoutMs, options.signal)
            : await viaCommunity(target, request, timeoutMs, options.signal)
        } catch (error) {
          if (error instanceof BerError)
            throw new SnmpFailure('protocol', `answered with a malformed message (${error.message})`)
          if (!(error instanceof SnmpFailure) || error.kind !== 'timeout' || attempt >= options.retries) throw error
          timeoutMs = Math.round(timeoutMs * 1.5)
        }
      }
    },
    async discover(target, options) {
      const { address, port } = target
      const anybody = { address, port, version: 'v3', user: { name: '' }, context: '' } as const
      // A session of its own: what an unauthenticated answer says must not change what is known of the target.
      await createV3Session(anybody, exchange).discover(options.timeoutMs, options.signal)
    },
    close() {
      closed = true
      for (const waiter of [...waiting.values()]) waiter.fail(new SnmpFailure('aborted', 'closed'))
      for (const socket of sockets.values()) socket.close()
      sockets.clear()
    },
  }
}
