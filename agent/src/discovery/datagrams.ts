/** A UDP socket for questions whose answers come from whoever hears them; its failures are silence. */
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'
import type { AddressRange } from './addresses.ts'

export type Datagrams = {
  send(datagram: Buffer, port: number, address: string): void
  close(): void
}

/**
 * `from`: the address of this machine that is sent from, which is also where a question to a group goes out; without one the system
 * chooses. Null where no socket can be had.
 */
export async function openDatagrams(
  from: string | null,
  onMessage: (datagram: Buffer, from: RemoteInfo) => void,
): Promise<Datagrams | null> {
  const socket = createSocket({ type: 'udp4' })
  socket.on('message', onMessage)
  try {
    socket.bind(0, from ?? undefined)
    await once(socket, 'listening')
    if (from !== null) socket.setMulticastInterface(from)
  } catch {
    socket.close()
    return null
  }
  socket.on('error', () => undefined)
  return {
    send: (datagram, port, address) => socket.send(datagram, port, address, () => undefined),
    close: () => socket.close(),
  }
}

/** This machine's addresses in the network that is searched: a question to a group leaves there and nowhere else. */
export function ownAddressesIn(range: AddressRange, interfaces = networkInterfaces()): string[] {
  const [network, bits] = ipaddr.IPv4.parseCIDR(range.network)
  return Object.values(interfaces)
    .flatMap((it) => it ?? [])
    .filter((it) => it.family === 'IPv4' && it.cidr !== null)
    .filter(({ address, cidr }) => {
      const [own, ownBits] = ipaddr.IPv4.parseCIDR(cidr ?? '')
      return range.holds(address) || (ownBits <= bits && network.match(own, ownBits))
    })
    .map((it) => it.address)
}
