/**
 * Sends requests and finds whose each answer is, over one datagram socket per address family however many targets there are.
 * An answer counts only when request id *and* source address are those of the request.
 */
import { type Asked, Asking, type Question, slower } from './asking.ts'
import { BerError } from './ber.ts'
import { type Exchange, type RequestOptions, SnmpFailure, type SnmpTarget } from './contract.ts'
import { type GetQuestion, leastId } from './get-question.ts'
import { communityDatagram, peekMessage, readCommunityResponse, versions, writeCommunityMessage } from './message.ts'
import type { Request, Response } from './pdu.ts'
import { createSockets } from './sockets.ts'
import { createV3Session, type V3Session } from './v3-session.ts'
import { createWaitingRoom } from './waiting-room.ts'

export type SnmpEngine = {
  /** What is learned of a target (engine id, clock, keys) is kept with the target object: new credentials, new object. */
  request(target: SnmpTarget, request: Request, options: RequestOptions): Promise<Response>
  /** The same question over and over, as fast as it goes: `use.answer` reads the answer at once, or `use.otherwise` asks in the general way. */
  ask<C, T>(question: Question<C, T>): Promise<T>
  /** Whether a version 3 target answers at all, whoever asks: its engine id is asked for, once. Rejects like `request`. */
  discover(target: SnmpTarget, options: Omit<RequestOptions, 'retries'>): Promise<void>
  close(): void
}

export function asked(target: SnmpTarget, question: GetQuestion): Asked {
  if (target.version === 'v3') return { target, question, sent: null }
  return {
    target,
    question,
    sent: communityDatagram(versions[target.version], Buffer.from(target.community), question),
  }
}

export function createSnmpEngine(): SnmpEngine {
  const room = createWaitingRoom()
  const v3Sessions = new WeakMap<SnmpTarget, V3Session>()
  let lastId = leastId + Math.floor(Math.random() * 0x3fff_ffff)
  let closed = false

  const nextId = (): number => {
    do lastId = lastId >= 0x7fff_ffff ? leastId : lastId + 1
    while (room.has(lastId))
    return lastId
  }

  const sockets = createSockets((datagram, address, port) => {
    try {
      const { id, pduAt } = peekMessage(datagram)
      const waiting = room.get(id)
      if (waiting === undefined || waiting.port !== port || waiting.address !== address) return
      room.leave(id)
      waiting.take(datagram, pduAt)
    } catch (error) {
      // Not an SNMP message: whoever waits goes on waiting until its time is up.
      if (!(error instanceof BerError)) throw error
    }
  })

  const once: Exchange['once'] = (target, id, datagram, timeoutMs, options) =>
    new Promise((resolve, reject) => {
      if (closed || options.signal?.aborted) {
        reject(new SnmpFailure('aborted', 'aborted'))
        return
      }
      const { address, port } = target
      const deadlineMs = performance.now() + timeoutMs
      room.enter(id, { address, port, deadlineMs, timeoutMs, limits: options, take: resolve, fail: reject })
      sockets.send(datagram, port, address, (error) => {
        room.leave(id)
        reject(new SnmpFailure('unreachable', error.message))
      })
    })

  const exchange: Exchange = { nextId, once }

  const viaCommunity = async (
    target: SnmpTarget & { version: 'v1' | 'v2c' },
    request: Request,
    timeoutMs: number,
    options: RequestOptions,
  ): Promise<Response> => {
    const id = nextId()
    const view = writeCommunityMessage(versions[target.version], Buffer.from(target.community), id, request)
    const datagram = await once(target, id, Buffer.from(view), timeoutMs, options)
    return readCommunityResponse(datagram, request.type === 'get' ? request.oids : undefined)
  }

  const sessionOf = (target: SnmpTarget & { version: 'v3' }): V3Session => {
    const session = v3Sessions.get(target) ?? createV3Session(target, exchange)
    v3Sessions.set(target, session)
    return session
  }

  return {
    async request(target, request, options) {
      let timeoutMs = options.timeoutMs
      for (let attempt = 0; ; attempt += 1) {
        try {
          return target.version === 'v3'
            ? await sessionOf(target).request(request, timeoutMs, options)
            : await viaCommunity(target, request, timeoutMs, options)
        } catch (error) {
          if (error instanceof BerError)
            throw new SnmpFailure('protocol', `answered with a malformed message (${error.message})`)
          if (!(error instanceof SnmpFailure) || error.kind !== 'timeout' || attempt >= options.retries) throw error
          timeoutMs = Math.round(timeoutMs * slower)
        }
      }
    },
    ask(question) {
      const { asked, use, context, limits, retries } = question
      const { target } = asked
      const id = nextId()
      const session = target.version === 'v3' ? sessionOf(target) : null
      const datagram = session === null ? numbered(asked.sent, id) : session.seal(asked.question, id)
      if (datagram === null) return use.otherwise(context, limits.timeoutMs, retries)
      return new Promise((resolve, reject) => {
        room.enter(id, new Asking(question, id, session, resolve, reject))
        sockets.send(datagram, target.port, target.address)
      })
    },
    async discover(target, options) {
      const { address, port } = target
      const anybody = { address, port, version: 'v3', user: { name: '' }, context: '' } as const
      // A session of its own: what an unauthenticated answer says must not change what is known of the target.
      await createV3Session(anybody, exchange).discover(options.timeoutMs, { ...options, retries: 0 })
    },
    close() {
      closed = true
      room.close()
      sockets.close()
    },
  }
}

function numbered(sent: Asked['sent'], id: number): Buffer | null {
  sent?.datagram.writeUInt32BE(id, sent.idAt)
  return sent?.datagram ?? null
}
