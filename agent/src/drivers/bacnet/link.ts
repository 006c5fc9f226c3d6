/** Questions to one BACnet/IP device over a socket of their own (ASHRAE 135, annex J; services of clause 15). */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type library from '@bacnet-js/client'
import { StewardError } from '@steward/shared/errors'
import { z } from 'zod'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import type { ObjectId, Value } from './objects.ts'
import { createTransport } from './transport.ts'

/** A device refused one question: an error of that property, or the whole answer was too much for it. */
export class Refused extends Error {}

export type Link = {
  readProperty(object: ObjectId, property: number, index?: number): Promise<Value[]>
  /** What each object says of each property; null where it has none. */
  readMany(objects: readonly ObjectId[], properties: readonly number[]): Promise<(Value[] | null)[][]>
  /** The instance number of the device behind the address. */
  whoIs(): Promise<number>
  /** Has it tell changes of an object to this socket for so many seconds, unconfirmed (clause 13.14). */
  subscribe(object: ObjectId, processId: number, lifetimeS: number): Promise<void>
  close(): void
}

const Values = z.array(z.object({ type: z.number(), value: z.unknown() })).max(20_000)
const Single = z.object({ values: Values })
const Multiple = z.object({
  values: z.array(
    z.object({
      objectId: z.object({ type: z.number(), instance: z.number() }),
      values: z.array(z.object({ id: z.number(), value: Values })).max(1000),
    }),
  ),
})
const IAm = z.object({ payload: z.object({ deviceId: z.int().min(0) }) })
/** The library marks a property that was refused so. */
const errorTag = 105

/** `tries`: how often a question is put before silence counts, each of the limits' length. */
export async function openLink(address: string, port: number, limits: Limits, tries: number): Promise<Link> {
  const { timeoutMs, signal } = limits
  const where = `${isIPv6(address) ? `[${address}]` : address}:${port}`
  if (isIPv6(address)) throw new StewardError('driver/unreachable', `${where}: BACnet/IP is read over IPv4 only`)
  const { default: library } = await import('@bacnet-js/client')
  const socket = createSocket('udp4')
  const failed = new AbortController()
  socket.on('error', (error) => failed.abort(networkFailure(error, where)))
  try {
    socket.connect(port, address)
    await once(socket, 'connect', { signal })
  } catch (error) {
    socket.close()
    throw signal.aborted ? aborted(where) : networkFailure(error, where)
  }
  const transport = createTransport(where, (packet) => socket.send(packet, () => undefined))
  socket.on('message', transport.take)
  const link = createLink(
    new library.default({ apduTimeout: timeoutMs, transport }),
    where,
    limits,
    tries,
    failed.signal,
  )
  return {
    ...link,
    close() {
      link.close()
      socket.close()
    },
  }
}

/** Questions over a transport that is there; `failed` ends them all, with the reason that it gives. */
export function createLink(
  client: InstanceType<typeof library.default>,
  where: string,
  { timeoutMs, signal }: Limits,
  tries: number,
  failed: AbortSignal,
): Link {
  client.on('error', () => undefined)

  const isOver = (): boolean => signal.aborted || failed.aborted
  const ending = (): StewardError => (signal.aborted ? aborted(where) : networkFailure(failed.reason, where))

  /** Ends with the socket's failure or the caller's signal. Their listeners are taken off again: both outlive many questions. */
  async function ask<T>(question: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      if (isOver()) throw ending()
      const { promise: gone, reject: onEnd } = Promise.withResolvers<never>()
      for (const it of [signal, failed]) it.addEventListener('abort', onEnd)
      try {
        return await Promise.race([question(), gone])
      } catch (error) {
        if (isOver()) throw ending()
        const text = error instanceof Error ? error.message : String(error)
        if (text.startsWith('Bacnet')) throw new Refused(text)
        if (text !== 'ERR_TIMEOUT') throw networkFailure(error, where)
        if (attempt >= tries) throw timedOut(where, timeoutMs)
      } finally {
        for (const it of [signal, failed]) it.removeEventListener('abort', onEnd)
      }
    }
  }

  /** What the library gives may be anything that the device wrote. */
  function checked<T>(shape: z.ZodType<T>, told: unknown): T {
    const found = shape.safeParse(told)
    if (found.success) return found.data
    throw new StewardError('driver/protocol', `${where} gave an answer that cannot be read (values of another shape)`)
  }

  return {
    async readProperty(object, property, index) {
      const options = index === undefined ? {} : { arrayIndex: index }
      const told = await ask(() => client.readProperty({ address: where }, object, property, options))
      return checked(Single, told).values
    },
    async readMany(objects, properties) {
      const wanted = objects.map((objectId) => ({ objectId, properties: properties.map((id) => ({ id, index: all })) }))
      const answer = checked(Multiple, await ask(() => client.readPropertyMultiple({ address: where }, wanted)))
      return objects.map((object) => {
        const told = answer.values.find((it) => isSame(it.objectId, object))?.values ?? []
        return properties.map((id) => {
          const value = told.find((it) => it.id === id)?.value
          return value === undefined || value.some((it) => it.type === errorTag) ? null : value
        })
      })
    },
    whoIs: () =>
      ask(async () => {
        const told = await new Promise<unknown>((resolve, reject) => {
          const silence = setTimeout(() => reject(new Error('ERR_TIMEOUT')), timeoutMs)
          client.once('iAm', (it) => {
            clearTimeout(silence)
            resolve(it)
          })
          client.whoIs({ address: where })
        })
        return checked(IAm, told).payload.deviceId
      }),
    subscribe: (object, processId, lifetimeS) =>
      ask(() => client.subscribeCov({ address: where }, object, processId, false, false, lifetimeS)),
    close: () => client.close(),
  }
}

/** The whole of an array (clause 21, BACnetARRAY_ALL). */
const all = 0xffff_ffff

function isSame(a: ObjectId, b: ObjectId): boolean {
  return a.type === b.type && a.instance === b.instance
}
