/** One search from its request to its end: which finders, where, and what they may send. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FoundDevice } from '@steward/shared/discovery'
import type { DiscoveryPort, DiscoveryRequest } from '@steward/shared/model'
import type { Drivers } from '../drivers/index.ts'
import type { NetworkGate } from '../vault/index.ts'
import { addressesOf } from './addresses.ts'
import type { Finder, KnownConnection } from './contract.ts'
import { type Discovery, discover, type Progress } from './discover.ts'
import { createArpFinder } from './finders/arp.ts'
import { createBacnetFinder } from './finders/bacnet.ts'
import { createIcmpFinder } from './finders/icmp.ts'
import { createKnownFinder } from './finders/known.ts'
import { createMdnsFinder } from './finders/mdns.ts'
import { createSnmpFinder } from './finders/snmp.ts'
import { createSsdpFinder } from './finders/ssdp.ts'
import { createTcpFinder } from './finders/tcp.ts'
import { createWsDiscoveryFinder } from './finders/ws-discovery.ts'
import type { PacerClock } from './pacer.ts'
import { portsOf, portsToKnock } from './ports.ts'

export type SearchOptions = {
  request: DiscoveryRequest
  drivers: Drivers
  /** the networks that may be dialled, and the gate that is asked for each address */
  allow: readonly string[]
  gate: NetworkGate
  /** tried with SNMP v2c */
  communities: readonly string[]
  /** what is looked after already, by address */
  known: ReadonlyMap<string, readonly KnownConnection[]>
  signal: AbortSignal
  /** which community an address answers to; for this machine alone */
  onOpened?(address: string, community: string): void
  onFound?(device: FoundDevice): void
  onProgress?(progress: Progress): void
}

const realClock: PacerClock = {
  nowMs: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
}

/** Throws StewardError `input/invalid` or `config/address-not-allowed` before anything is sent. */
export async function search(options: SearchOptions): Promise<Discovery> {
  const { request, drivers, gate, signal, onFound, onProgress } = options
  const range = addressesOf(request.network, options.allow)
  const finders = findersFor(options)
  try {
    return await discover({
      range,
      mayDial: (address) => gate.refusalOf(address) === null,
      finders,
      packetsPerSecond: request.packetsPerSecond,
      signal,
      clock: realClock,
      ...(onFound === undefined ? {} : { onFound }),
      ...(onProgress === undefined ? {} : { onProgress }),
    })
  } finally {
    for (const it of finders) it.close?.()
    for (const it of Object.values(drivers)) it.close()
  }
}

/** A new way of finding is one line here. */
function findersFor({ request, drivers, communities, known, onOpened }: SearchOptions): Finder[] {
  const own = [...known.values()].flat().map((it) => it.connection)
  const ports = portsToKnock([...request.ports, ...portsOf(own)])
  const portsFor = (protocol: DiscoveryPort['protocol']): number[] =>
    ports.filter((it) => it.protocol === protocol).map((it) => it.port)
  return [
    createKnownFinder({ known, drivers }),
    createTcpFinder(ports, drivers),
    createSnmpFinder({
      ports: portsFor('snmp'),
      communities,
      drivers,
      ...(onOpened === undefined ? {} : { onOpened }),
    }),
    createWsDiscoveryFinder(),
    createBacnetFinder(portsFor('bacnet'), drivers),
    createMdnsFinder(),
    createSsdpFinder(),
    createIcmpFinder({ packetsPerSecond: request.packetsPerSecond }),
    createArpFinder(),
  ]
}
