/** Changes that a device tells by itself (COV, ASHRAE 135 clauses 13.1 and 13.14): asked for, renewed, and only taken as news. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type library from '@bacnet-js/client'
import { isStewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { createLink, Refused } from './link.ts'
import type { ObjectId } from './objects.ts'
import { isChange } from './screen.ts'
import { createTransport } from './transport.ts'

export type Changes = {
  /** Asks for changes of these where nobody asked yet, or not for a while. Never throws: then it is polled, as before. */
  keep(objects: readonly ObjectId[], limits: Limits): Promise<void>
  close(): void
}

/** A device forgets who asked when this is over; it is asked again when half of it is. */
const lifetimeS = 900
const renewAfterMs = (lifetimeS / 2) * 1000
const mostObjects = 64
/** Who does not know the service, or has no room for more who ask, is left alone for as long. */
const refusedMs = 3_600_000
/** At once it tells how everything is, which the poll has just read. */
const firstWordsMs = 1000
const processId = 1

export function createChanges(address: string, port: number, onChange: () => void): Changes {
  const where = `${address}:${port}`
  let socket: Socket | null = null
  let client: InstanceType<typeof library.default> | null = null
  let nextAtMs = 0
  let quietUntilMs = 0
  let take: (packet: Buffer) => void = () => undefined

  const onPacket = (packet: Buffer): void => {
    if (!isChange(packet)) take(packet)
    else if (performance.now() > quietUntilMs) onChange()
  }

  const open = async (): Promise<Socket> => {
    const opened = createSocket('udp4')
    opened.on('error', () => undefined)
    opened.on('message', onPacket)
    opened.connect(port, address)
    await once(opened, 'connect')
    return opened
  }

  const ask = async (on: Socket, objects: readonly ObjectId[], limits: Limits): Promise<void> => {
    const { default: library } = await import('@bacnet-js/client')
    const transport = createTransport(where, (packet) => on.send(packet, () => undefined))
    take = transport.take
    client?.close()
    client = new library.default({ apduTimeout: limits.timeoutMs, transport })
    const link = createLink(client, where, limits, 1, new AbortController().signal)
    for (const object of objects) {
      quietUntilMs = performance.now() + firstWordsMs
      await link.subscribe(object, processId, lifetimeS)
    }
  }

  const close = (): void => {
    client?.close()
    client = null
    socket?.close()
    socket = null
  }

  return {
    async keep(objects, limits) {
      const wanted = objects.slice(0, mostObjects)
      if (wanted.length === 0 || performance.now() < nextAtMs) return
      nextAtMs = performance.now() + renewAfterMs
      try {
        socket ??= await open()
        await ask(socket, wanted, limits)
      } catch (error) {
        if (!(error instanceof Refused) && !isStewardError(error)) throw error
        nextAtMs = performance.now() + refusedMs
        close()
      }
    },
    close,
  }
}
