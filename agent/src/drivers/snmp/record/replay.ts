/** A recorded target as the engine sees it: answers out of a walk, without any network. */
import { compareOids, type SnmpEngine, type Varbind } from '../engine/index.ts'

/** `varbinds` in the order of their OIDs. */
export function replayOf(varbinds: readonly Varbind[]): SnmpEngine {
  const known = new Map(varbinds.map((it) => [it.oid, it]))
  const next = (oid: string): Varbind =>
    varbinds[firstAfter(varbinds, oid)] ?? { oid, type: 'missing', why: 'endOfMibView' }
  const following = (oid: string, count: number): Varbind[] => {
    const at = firstAfter(varbinds, oid)
    const found = varbinds.slice(at, at + count)
    return found.length < count ? [...found, { oid, type: 'missing', why: 'endOfMibView' }] : found
  }
  return {
    async request(_target, { type, oids, maxRepetitions = 10 }) {
      const answers =
        type === 'get'
          ? oids.map((oid): Varbind => known.get(oid) ?? { oid, type: 'missing', why: 'noSuchInstance' })
          : type === 'getNext'
            ? oids.map(next)
            : oids.flatMap((oid) => following(oid, maxRepetitions))
      const response = { tag: 0xa2, requestId: 0, errorStatus: 0, errorIndex: 0, bytes: 0, varbinds: answers }
      return response
    },
    ask: ({ use, context, limits, retries }) => use.otherwise(context, limits.timeoutMs, retries),
    discover: () => Promise.resolve(),
    close: () => undefined,
  }
}

function firstAfter(varbinds: readonly Varbind[], oid: string): number {
  let [low, high] = [0, varbinds.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareOids(varbinds[middle]?.oid ?? oid, oid) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
