/** What all questions to one address brought, as one device. */
import type { FoundDevice } from '@steward/shared/discovery'
import type { Connection, DeviceKind, FinderName, Identity } from '@steward/shared/model'
import type { Finding } from './contract.ts'

/** Whose word counts before whose. A device profile knows best; an open port says least. */
const authority: readonly FinderName[] = [
  'snmp',
  'onvif',
  'bacnet',
  'modbus',
  'rtsp',
  'http',
  'tls',
  'dns',
  'ntp',
  'mqtt',
  'ssdp',
  'mdns',
  'arp',
  'tcp',
  'icmp',
]
/** The first connection is the one that a device is checked by: the richest first. */
const richness: readonly Connection['driver'][] = [
  'snmp',
  'onvif',
  'bacnet',
  'modbus',
  'rtsp',
  'http',
  'tls',
  'tcp',
  'icmp',
]
const poor: readonly string[] = ['http', 'tcp']
const maxConnections = 8

export function foundDevice(address: string, findings: readonly Finding[]): FoundDevice {
  const ranked = [...findings].sort((a, b) => authority.indexOf(a.by) - authority.indexOf(b.by))
  const kind = kindOf(ranked)
  const profile = ranked.find((it) => it.profile !== undefined)?.profile
  const topology = ranked.find((it) => it.topology !== undefined)?.topology
  return {
    address,
    identity: identityOf(ranked),
    ...(kind === undefined ? {} : { kind }),
    ...(profile === undefined ? {} : { profile }),
    connections: connectionsOf(findings),
    openPorts: [...new Set(findings.flatMap((it) => it.openPort ?? []))].sort((a, b) => a - b).slice(0, 100),
    evidence: ranked.slice(0, 40).map(({ by, text }) => ({ by, text })),
    ...(topology === undefined ? {} : { topology }),
  }
}

function kindOf(ranked: readonly Finding[]): DeviceKind | undefined {
  const told = ranked.flatMap((it) => it.kind ?? [])
  // ONVIF is spoken by recorders too, which other words tell apart.
  return told[0] === 'camera' && told.includes('nvr') ? 'nvr' : told[0]
}

function identityOf(ranked: readonly Finding[]): Identity {
  const identity: Identity = {}
  for (const it of ranked) Object.assign(identity, { ...it.identity, ...identity })
  return identity
}

function connectionsOf(findings: readonly Finding[]): Connection[] {
  const byPlace = new Map<string, Connection>()
  for (const { connection } of findings) {
    if (connection === undefined) continue
    const place = `${connection.driver} ${connection.port}`
    const known = byPlace.get(place)
    if (known === undefined || opennessOf(connection) >= opennessOf(known)) byPlace.set(place, connection)
  }
  const all = [...byPlace.values()].sort((a, b) => richness.indexOf(a.driver) - richness.indexOf(b.driver))
  const rich = all.filter((it) => !poor.includes(it.driver))
  // A port that only opens tells nothing more where something speaks.
  if (rich.some(isOpenTo)) return rich.slice(0, maxConnections)
  return [...rich, ...all.filter((it) => poor.includes(it.driver)).slice(0, 1)].slice(0, maxConnections)
}

/** Whom version 2c or a known user opens is not asked for a user; whom version 2c opens is not asked in version 1. */
function opennessOf(connection: Connection): number {
  if (!isOpenTo(connection)) return 0
  return connection.driver === 'snmp' && connection.version === 'v1' ? 1 : 2
}

/** SNMPv3 without a user is nobody's door yet. */
function isOpenTo(connection: Connection): boolean {
  return connection.driver !== 'snmp' || connection.version !== 'v3' || connection.user !== undefined
}
