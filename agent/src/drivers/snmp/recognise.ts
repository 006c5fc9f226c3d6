/** Whether SNMP is spoken at an address, by one datagram each: for finding targets that nobody has named yet. */
import type { Limits } from '../contract.ts'
import { snmpError } from './ask.ts'
import { createSnmpEngine, type SnmpTarget } from './engine/index.ts'
import { textOf } from './read/raw-text.ts'

const sysDescr = '1.3.6.1.2.1.1.1.0'
const sysName = '1.3.6.1.2.1.1.5.0'

type Place = { address: string; port: number }

export type SnmpRecogniser = {
  /** What a v1 or v2c target says of itself to this community. Throws StewardError `driver/timeout` for silence. */
  askCommunity(
    place: Place,
    version: 'v1' | 'v2c',
    community: string,
    limits: Limits,
  ): Promise<{ name: string; description: string }>
  /** Resolves when a v3 target is there: it tells anybody its engine id (RFC 3414, section 4). Throws as above. */
  askEngine(place: Place, limits: Limits): Promise<void>
  close(): void
}

export function createSnmpRecogniser(): SnmpRecogniser {
  const engine = createSnmpEngine()
  const say = <T>(target: SnmpTarget, question: Promise<T>): Promise<T> =>
    question.catch((error: unknown) => {
      throw snmpError(error, target)
    })
  return {
    async askCommunity(place, version, community, limits) {
      const target: SnmpTarget = { ...place, version, community }
      const request = { type: 'get', oids: [sysDescr, sysName] } as const
      const { varbinds } = await say(target, engine.request(target, request, { ...limits, retries: 0 }))
      const text = (oid: string): string => {
        const found = varbinds.find((it) => it.oid === oid)
        return found === undefined || found.type === 'missing' ? '' : textOf(found).trim()
      }
      return { name: text(sysName), description: text(sysDescr) }
    },
    async askEngine(place, limits) {
      const target: SnmpTarget = { ...place, version: 'v3', user: { name: '' }, context: '' }
      await say(target, engine.discover(target, limits))
    },
    close: () => engine.close(),
  }
}
