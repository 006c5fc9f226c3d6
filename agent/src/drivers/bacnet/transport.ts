/** What stands between the library and the wire: its packets go out, and of what comes in nothing can make it fall. */
import { EventEmitter } from 'node:events'
import { createScreen } from './screen.ts'

/** BACnet's own longest APDU over UDP, and some for its headers. */
const maxPacketBytes = 1482
/** What comes in may have the longest headers of all (clauses 6.2 and J.2); the library keeps segments whole, so no more than that. */
const maxReceivedBytes = 1600

/** Packets must come from the device that was asked alone: a connected socket sees to that. */
export function createTransport(where: string, send: (packet: Buffer) => void) {
  const transport = new EventEmitter()
  const screen = createScreen()
  return Object.assign(transport, {
    getBroadcastAddress: () => where,
    getMaxPayload: () => maxPacketBytes,
    open: () => undefined,
    send: (buffer: Buffer, length: number) => send(buffer.subarray(0, length)),
    close: () => undefined,
    /** The library throws where a packet ends before it should. Such a packet is dropped: whoever waits goes on waiting. */
    take(packet: Buffer): void {
      if (packet.length > maxReceivedBytes || !screen.mayPass(packet)) return
      try {
        transport.emit('message', packet, where)
      } catch (error) {
        if (!(error instanceof RangeError || error instanceof TypeError)) throw error
      }
    },
  })
}
