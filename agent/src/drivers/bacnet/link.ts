/** Questions to one BACnet/IP device over a socket of their own (ASHRAE 135, annex J; services of clause 15). */
import { createSocket, type Socket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { isIPv6 } from 'node:net'
import { StewardError } from '@steward/shared/errors'
import { z } from 'zod'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import type { ObjectId, Value } from './objects.ts'

/** A device refused one question: an error of that property, or the whole answer was too much for it. */
export class Refused extends Error {}

export type Link = {
  readProperty(object: ObjectId, property: number, index?: number): Promise<Value[]>
  /** What each object says of each property; null where it has none. */
  readMany(objects: readonly ObjectId[], properties: readonly number[]): Promise<(Value[] | null)[][]>
  /** The instance number of the device behind the address. */
  whoIs(): Promise<number>
  close(): void
}

/** BACnet's own longest APDU over UDP, and some for its headers. */
const maxPacketBytes = 1482

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
/** The library marks a property that was refused so. */
const errorTag = 105

/** Only packets of the device that was asked come in: the system drops all others from a connected socket. */
function transportOf(socket: Socket, to: string) {
  const transport = new EventEmitter()
  socket.on('message', (message) => transport.emit('message', message, to))
  return Object.assign(transport, {
    getBroadcastAddress: () => to,
    getMaxPayload: () => maxPacketBytes,
    open: () => undefined,
    send: (buffer: Buffer, length: number) => socket.send(buffer.subarray(0, length), () => undefined),
    close: () => undefined,
  })
}

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
  const client = new library.default({ apduTimeout: timeoutMs, transport: transportOf(socket, where) })
  client.on('error', () => undefined)

  /** Ends with the socket's failure or the caller's signal. */
  async function ask<T>(question: () => Promise<T>): Promise<T> {
    const ended = AbortSignal.any([signal, failed.signal])
    for (let attempt = 1; ; attempt += 1) {
      if (ended.aborted) throw signal.aborted ? aborted(where) : networkFailure(failed.signal.reason, where)
      const gone = new Promise<never>((_resolve, reject) => {
        ended.addEventListener('abort', () => reject(new Error('gone')), { once: true })
      })
      try {
        return await Promise.race([question(), gone])
      } catch (error) {
        if (ended.aborted) continue
        const text = error instanceof Error ? error.message : String(error)
        if (text.startsWith('Bacnet')) throw new Refused(text)
        if (text !== 'ERR_TIMEOUT') throw networkFailure(error, where)
        if (attempt >= tries) throw timedOut(where, timeoutMs)
      }
    }
  }

  return {
    async readProperty(object, property, index) {
      const options = index === undefined ? {} : { arrayIndex: index }
      return Single.parse(await ask(() => client.readProperty({ address: where }, object, property, options))).values
    },
    async readMany(objects, properties) {
      const wanted = objects.map((objectId) => ({ objectId, properties: properties.map((id) => ({ id, index: all })) }))
      const answer = Multiple.parse(await ask(() => client.readPropertyMultiple({ address: where }, wanted)))
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
        return z.object({ payload: z.object({ deviceId: z.int().min(0) }) }).parse(told).payload.deviceId
      }),
    close() {
      client.close()
      socket.close()
    },
  }
}

/** The whole of an array (clause 21, BACnetARRAY_ALL). */
const all = 0xffff_ffff

function isSame(a: ObjectId, b: ObjectId): boolean {
  return a.type === b.type && a.instance === b.instance
}
