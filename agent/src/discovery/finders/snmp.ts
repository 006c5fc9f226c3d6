/** SNMP targets: versions 2c and 1 by the communities given, version 3 by the engine id that it tells anybody. */
import { Connection } from '@steward/shared/model'
import {
  createSnmpRecogniser,
  type DeviceSecret,
  type Drivers,
  openSession,
  type Reading,
} from '../../drivers/index.ts'
import type { Finder, Finding, Question } from '../contract.ts'
import { said } from '../said.ts'

export type SnmpFinderOptions = {
  ports: readonly number[]
  communities: readonly string[]
  drivers: Drivers
  onOpened?(address: string, community: string): void
}

export function createSnmpFinder({ ports, communities, drivers, onOpened }: SnmpFinderOptions): Finder {
  const recogniser = createSnmpRecogniser()
  /** Those that answer version 2c are not asked in version 1, which is asked last. */
  const open = new Set<string>()
  const byCommunity = (version: 'v1' | 'v2c', address: string, port: number, community: string): Question => ({
    packets: 1,
    async ask(limits) {
      const isOpen = (): boolean => version === 'v1' && open.has(`${address} ${port}`)
      if (isOpen()) return null
      const { name, description } = await recogniser.askCommunity({ address, port }, version, community, limits)
      if (isOpen()) return null
      if (version === 'v2c') open.add(`${address} ${port}`)
      onOpened?.(address, community)
      const connection = Connection.parse({ driver: 'snmp', port, version })
      const who = [name, description].filter((it) => it !== '').join(', ')
      return {
        by: 'snmp',
        text: said.snmp(version, port, who),
        connection,
        identity: name === '' ? {} : { name: name.slice(0, 200) },
        next: [readTarget(drivers, address, connection, { community })],
      }
    },
  })
  const byEngine = (address: string, port: number): Question => ({
    packets: 1,
    async ask(limits) {
      await recogniser.askEngine({ address, port }, limits)
      const connection = Connection.parse({ driver: 'snmp', port, version: 'v3' })
      return { by: 'snmp', text: said.snmpV3(port), connection }
    },
  })
  return {
    questions: (address) =>
      ports.flatMap((port) => [
        ...communities.map((it) => byCommunity('v2c', address, port, it)),
        byEngine(address, port),
        ...communities.map((it) => byCommunity('v1', address, port, it)),
      ]),
    close: () => recogniser.close(),
  }
}

/** Reads a device as the agent would: who it is by its device profile, and its neighbours. */
export function readTarget(
  drivers: Drivers,
  address: string,
  connection: Connection,
  secret: DeviceSecret | null,
): Question {
  return {
    packets: 20,
    async ask(limits) {
      const session = openSession(drivers, { device: 'found', address, connection, secret })
      try {
        return findingOf(connection, await session.poll(limits))
      } finally {
        session.close()
      }
    },
  }
}

function findingOf(connection: Connection, { identity = {}, findings }: Reading): Finding {
  const { vendor, model } = identity
  const who = [vendor, model].filter((it) => it !== undefined).join(' ')
  const profile = findings?.profile
  return {
    by: connection.driver,
    text: said.read(who, profile),
    connection,
    identity,
    ...(findings?.kind === undefined ? {} : { kind: findings.kind }),
    ...(profile === undefined ? {} : { profile }),
    ...(findings?.topology === undefined ? {} : { topology: findings.topology }),
  }
}
