/** One RTSP connection to a device: questions one after the other, and the packets that come between the answers. */
import type { Socket } from 'node:net'
import { StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import { connectTcp, placeOf } from '../tcp-connect.ts'
import { createRtspReader, type Incoming, type RtspResponse, writeRequest } from './message.ts'

export type Question = { method: string; uri: string; headers?: Readonly<Record<string, string>> }

export type Conversation = {
  /** address and port, for messages */
  where: string
  /** Any status is an answer. Throws StewardError where none comes. */
  ask(question: Question): Promise<RtspResponse>
  /** Gives all packets of a channel to `take`, from now on. */
  listen(channel: number, take: (packet: Buffer) => void): void
  /** Until there is enough, looked at with everything that comes, or time is over. Throws StewardError. */
  wait(withinMs: number, isEnough: () => boolean): Promise<void>
  close(): void
}

/** The best cameras send a few MB at once, what they have kept, and then up to 4 MB/s; who sends more than this floods. */
const most = { atOnceBytes: 16_000_000, bytesPerSecond: 8_000_000 }

/** Connects. `limits.timeoutMs` holds for each question; the abort ends everything at once. */
export async function converse(address: string, port: number, limits: Limits): Promise<Conversation> {
  const where = `${placeOf(address, port)} (RTSP)`
  const socket = await connectTcp(address, port, limits)
  const heard = new Set<(incoming: Incoming) => void>()
  const line = followSocket(socket, where, limits.signal, (incoming) => {
    for (const tell of heard) tell(incoming)
  })
  /** Hears what comes until `begin`'s resolve is called; `late`: what is done when the time is over. */
  const hear = <T>(
    ms: number,
    listener: (incoming: Incoming, resolve: (value: T) => void) => void,
    late: (resolve: (value: T) => void, reject: (error: StewardError) => void) => void,
  ): Promise<T> =>
    line.unlessBroken((resolve, reject) => {
      const tell = (incoming: Incoming): void => listener(incoming, resolve)
      const timer = setTimeout(() => late(resolve, reject), ms)
      heard.add(tell)
      return () => {
        clearTimeout(timer)
        heard.delete(tell)
      }
    })
  let sequence = 0

  return {
    where,
    ask({ method, uri, headers = {} }) {
      sequence += 1
      const asked = sequence
      const answer = hear<RtspResponse>(
        limits.timeoutMs,
        (it, resolve) => {
          // Some devices leave the number out; an answer to an earlier question is none to this one.
          if (it.type === 'response' && (it.sequence ?? asked) === asked) resolve(it.response)
        },
        (_, reject) => reject(timedOut(where, limits.timeoutMs)),
      )
      socket.write(writeRequest(method, uri, asked, headers))
      return answer
    },
    listen(channel, take) {
      heard.add((it) => {
        if (it.type === 'packet' && it.channel === channel) take(it.data)
      })
    },
    wait: (withinMs, isEnough) =>
      hear<void>(
        withinMs,
        (_, resolve) => {
          if (isEnough()) resolve()
        },
        (resolve) => resolve(),
      ),
    close: line.close,
  }
}

type Attempt<T> = (resolve: (value: T) => void, reject: (error: StewardError) => void) => () => void

/** Reads the socket, and ends whatever is under way when it breaks, speaks something else, or is given up. */
function followSocket(socket: Socket, where: string, signal: AbortSignal, tell: (incoming: Incoming) => void) {
  const reader = createRtspReader(where)
  const underWay = new Set<(error: StewardError) => void>()
  let broken: StewardError | null = null
  let received = 0
  const startedMs = performance.now()
  const floods = (): boolean =>
    received > most.atOnceBytes + ((performance.now() - startedMs) / 1000) * most.bytesPerSecond
  const fail = (error: unknown): void => {
    broken ??= networkFailure(error, where)
    signal.removeEventListener('abort', onAbort)
    socket.destroy()
    for (const reject of [...underWay]) reject(broken)
  }
  const onAbort = (): void => fail(aborted(where))
  const onEnd = (): void => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  socket.on('error', fail)
  socket.on('end', onEnd)
  socket.on('close', onEnd)
  socket.on('data', (piece) => {
    if (broken !== null) return
    received += piece.length
    if (floods()) {
      fail(new StewardError('driver/protocol', `${where} sends more than any stream needs`))
      return
    }
    try {
      for (const incoming of reader.take(piece)) tell(incoming)
    } catch (error) {
      fail(error)
    }
  })
  return {
    unlessBroken<T>(attempt: Attempt<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        if (broken !== null) {
          reject(broken)
          return
        }
        const settle = (): void => {
          underWay.delete(failed)
          stop()
        }
        const failed = (error: StewardError): void => {
          settle()
          reject(error)
        }
        underWay.add(failed)
        const stop = attempt((value) => {
          settle()
          resolve(value)
        }, failed)
      })
    },
    close: () => fail(aborted(where)),
  }
}
