/** What is looked after already is asked as usual, with its own secrets: it knows its neighbours. */
import { type Drivers, openSession } from '../../drivers/index.ts'
import type { Finder, KnownConnection, Question } from '../contract.ts'
import { said } from '../said.ts'
import { readTarget } from './snmp.ts'

export type KnownFinderOptions = { known: ReadonlyMap<string, readonly KnownConnection[]>; drivers: Drivers }

export function createKnownFinder({ known, drivers }: KnownFinderOptions): Finder {
  const question = (address: string, { connection, secret }: KnownConnection): Question => ({
    packets: 1,
    async ask(limits) {
      const session = openSession(drivers, { device: 'found', address, connection, secret })
      try {
        const outcome = await session.check(limits)
        if (!outcome.ok) return null
        const text = said.asSetUp(connection.port)
        const next = connection.driver === 'snmp' ? [readTarget(drivers, address, connection, secret)] : []
        return { by: connection.driver, text, connection, next }
      } finally {
        session.close()
      }
    },
  })
  return {
    questions: (address) => (known.get(address) ?? []).map((it) => question(address, it)),
  }
}
