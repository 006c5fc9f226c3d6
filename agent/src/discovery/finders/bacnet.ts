/** BACnet/IP controllers, by Who-Is to each address: no broadcast, which would wake every controller of the site at once. */
import { Connection } from '@steward/shared/model'
import { type Drivers, openSession } from '../../drivers/index.ts'
import type { Finder, Question } from '../contract.ts'
import { said } from '../said.ts'
import { readTarget } from './snmp.ts'

export function createBacnetFinder(ports: readonly number[], drivers: Drivers): Finder {
  const question = (address: string, port: number): Question => ({
    packets: 2,
    async ask(limits) {
      const connection = Connection.parse({ driver: 'bacnet', port })
      const session = openSession(drivers, { device: 'found', address, connection, secret: null })
      try {
        const { ok } = await session.check(limits)
        if (!ok) return null
        const next = [readTarget(drivers, address, connection, null)]
        return { by: 'bacnet', text: said.bacnet(port), kind: 'controller', connection, next }
      } finally {
        session.close()
      }
    },
  })
  return { questions: (address) => ports.map((port) => question(address, port)) }
}
