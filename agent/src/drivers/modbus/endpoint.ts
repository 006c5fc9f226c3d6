/**
 * One address and port: one connection, one question at a time, whoever asks (several units may stand behind a gateway).
 * Checks go before polls. A question that is not answered in time takes the connection with it, so that a late answer is
 * never taken for another's.
 */
import type { Socket } from 'node:net'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import { connectTcp, placeOf } from '../tcp-connect.ts'
import { dataOf, frameOf, takeFrame } from './frame.ts'

export type Endpoint = {
  /** address and port, for messages */
  where: string
  /** The answer's data. Throws ModbusException or StewardError. The time limit counts from the call, waiting included. */
  ask(unit: number, pdu: Buffer, limits: Limits, urgent?: boolean): Promise<Buffer>
  /** Connects where there is no connection. Throws StewardError. */
  reach(limits: Limits): Promise<void>
  close(): void
}

type Job = { run(): Promise<void>; cancel(error: unknown): void; urgent: boolean }
type Waiting = { transaction: number; unit: number; take(pdu: Buffer): void; fail(error: unknown): void }

const idleMs = 60_000

export function createEndpoint(address: string, port: number): Endpoint {
  const where = placeOf(address, port)
  const queue: Job[] = []
  let busy = false
  let socket: Socket | null = null
  let waiting: Waiting | null = null
  let transaction = 0
  let idle: NodeJS.Timeout | undefined

  const drop = (error?: unknown): void => {
    clearTimeout(idle)
    socket?.destroy()
    socket = null
    waiting?.fail(error ?? aborted(where))
    waiting = null
  }

  const attach = (fresh: Socket): void => {
    let bytes: Buffer = Buffer.alloc(0)
    const mine = (): boolean => socket === fresh
    fresh.on('data', (chunk) => {
      try {
        bytes = Buffer.concat([bytes, chunk])
        for (let taken = takeFrame(bytes); taken !== null; taken = takeFrame(bytes)) {
          bytes = taken.rest
          const { frame } = taken
          const isOurs = waiting?.transaction === frame.transaction && waiting.unit === frame.unit
          if (mine() && isOurs) waiting?.take(frame.pdu)
        }
      } catch (error) {
        if (mine()) drop(networkFailure(error, where))
      }
    })
    fresh.on('error', (error) => mine() && drop(networkFailure(error, where)))
    fresh.on('close', () => mine() && drop(networkFailure(closedError(), where)))
    fresh.unref()
    socket = fresh
  }

  const connected = async (limits: Limits): Promise<Socket> => {
    if (socket === null) attach(await connectTcp(address, port, limits))
    if (socket === null) throw networkFailure(closedError(), where)
    return socket
  }

  const exchange = async (unit: number, pdu: Buffer, limits: Limits, startedMs: number): Promise<Buffer> => {
    const leftMs = (): number => Math.max(1, limits.timeoutMs - (performance.now() - startedMs))
    if (limits.signal.aborted) throw aborted(where)
    clearTimeout(idle)
    const line = await connected({ ...limits, timeoutMs: leftMs() })
    transaction = (transaction + 1) & 0xffff
    const mine = transaction
    return new Promise<Buffer>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        limits.signal.removeEventListener('abort', onAbort)
        waiting = null
      }
      const onAbort = (): void => drop(aborted(where))
      const timer = setTimeout(() => drop(timedOut(where, limits.timeoutMs)), leftMs())
      limits.signal.addEventListener('abort', onAbort, { once: true })
      waiting = {
        transaction: mine,
        unit,
        take: (answer) => {
          settle()
          idle = setTimeout(drop, idleMs).unref()
          resolve(answer)
        },
        fail: (error) => {
          settle()
          reject(error)
        },
      }
      line.write(frameOf(mine, unit, pdu))
    })
  }

  const next = (): void => {
    if (busy) return
    const urgentAt = queue.findIndex((it) => it.urgent)
    const [job] = queue.splice(Math.max(0, urgentAt), 1)
    if (job === undefined) return
    busy = true
    void job.run().finally(() => {
      busy = false
      next()
    })
  }

  const enqueue = <T>(urgent: boolean, limits: Limits, work: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const leave = (error: unknown): void => {
        settle()
        queue.splice(queue.indexOf(job), 1)
        reject(error)
      }
      const timer = setTimeout(() => leave(timedOut(where, limits.timeoutMs)), limits.timeoutMs)
      const onAbort = (): void => leave(aborted(where))
      const settle = (): void => {
        clearTimeout(timer)
        limits.signal.removeEventListener('abort', onAbort)
      }
      const job: Job = {
        urgent,
        cancel: leave,
        run: () => {
          settle()
          return work().then(resolve, reject)
        },
      }
      limits.signal.addEventListener('abort', onAbort, { once: true })
      queue.push(job)
      next()
    })

  return {
    where,
    async ask(unit, pdu, limits, urgent = false) {
      const started = performance.now()
      return dataOf(pdu, await enqueue(urgent, limits, () => exchange(unit, pdu, limits, started)))
    },
    reach: (limits) => enqueue(true, limits, async () => void (await connected(limits))),
    close() {
      for (const job of [...queue]) job.cancel(aborted(where))
      drop()
    },
  }
}

function closedError(): Error {
  return Object.assign(new Error('closed'), { code: 'ECONNRESET' })
}
