/** Questions to one target, with the engine's failures turned into words for people. */
import { StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { aborted } from '../network-failure.ts'
import { placeOf } from '../tcp-connect.ts'
import { getMany, isBelow, type SnmpEngine, SnmpFailure, type SnmpTarget, type Varbind, walk } from './engine/index.ts'

export type Ask = {
  /** values that are there, by OID */
  get(oids: readonly string[]): Promise<Map<string, Varbind>>
  /**
   * The column or subtree, rows by what follows `root` in their OID; one that was asked before is not asked again. At most
   * `most` rows (4,000), and what is there by `endsAtMs` (of performance.now()).
   */
  column(root: string, within?: { most: number; endsAtMs: number }): Promise<ReadonlyMap<string, Varbind>>
  /** the same target as it shows one VLAN alone: Catalyst switches have a forwarding table for each */
  inVlan?(vlan: number): Ask
  /** which of these subtrees hold anything */
  present(roots: readonly string[]): Promise<Set<string>>
}

export const maxRows = 4000
const maxPerGetNext = 12

export function createAsk(engine: SnmpEngine, target: SnmpTarget, limits: Limits, retries = 1): Ask {
  const options = { timeoutMs: limits.timeoutMs, retries, signal: limits.signal }
  const columns = new Map<string, ReadonlyMap<string, Varbind>>()
  const say = <T>(question: Promise<T>): Promise<T> =>
    question.catch((error: unknown) => {
      throw snmpError(error, target)
    })

  async function nextOf(oids: readonly string[]): Promise<Varbind[]> {
    const response = await engine.request(target, { type: 'getNext', oids }, options)
    if (response.errorStatus === 0) return response.varbinds
    if (oids.length === 1) return []
    const found: Varbind[] = []
    for (const oid of oids) found.push(...(await nextOf([oid])))
    return found
  }

  return {
    get: (oids) => say(getMany(engine, target, oids, options)),
    async column(root, { most, endsAtMs } = { most: maxRows, endsAtMs: Number.POSITIVE_INFINITY }) {
      const known = columns.get(root)
      if (known !== undefined) return known
      const found = await say(walk(engine, target, root, options, { maxVarbinds: most, endsAtMs }))
      const rows = new Map(found.map((it) => [it.oid.slice(root.length + 1), it]))
      columns.set(root, rows)
      return rows
    },
    inVlan: (vlan) => createAsk(engine, inVlan(target, vlan), limits, 0),
    async present(roots) {
      const found = new Set<string>()
      for (let at = 0; at < roots.length; at += maxPerGetNext) {
        const some = roots.slice(at, at + maxPerGetNext)
        const answers = await say(nextOf(some))
        for (const root of some) {
          if (answers.some((it) => it.type !== 'missing' && isBelow(it.oid, root))) found.add(root)
        }
      }
      return found
    },
  }
}

/** Cisco's community string indexing, and the context of the same meaning in version 3. */
function inVlan(target: SnmpTarget, vlan: number): SnmpTarget {
  if (target.version === 'v3') return { ...target, context: `vlan-${vlan}` }
  return { ...target, community: `${target.community}@${vlan}` }
}

/** Anything that is not the engine's failure is a fault of ours and given back as it is. */
export function snmpError(error: unknown, target: SnmpTarget): unknown {
  if (!(error instanceof SnmpFailure)) return error
  const where = `${placeOf(target.address, target.port)} (SNMP ${target.version})`
  const how = { cause: error }
  switch (error.kind) {
    case 'timeout':
      return new StewardError('driver/timeout', `${where} did not answer: ${error.message}`, how)
    case 'unreachable':
      return new StewardError('driver/unreachable', `${where} cannot be reached: ${error.message}`, how)
    case 'refused':
      return new StewardError('driver/refused-credentials', `${where} refuses the credentials: ${error.message}`, how)
    case 'aborted':
      return aborted(where)
    default:
      return new StewardError('driver/protocol', `${where} gave an answer that cannot be read: ${error.message}`, how)
  }
}
