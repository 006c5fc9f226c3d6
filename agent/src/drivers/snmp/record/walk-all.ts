/** Everything that a target tells, in the order of its OIDs, bounded in number and time. */
import {
  compareOids,
  isBelow,
  type RequestOptions,
  type SnmpEngine,
  SnmpFailure,
  type SnmpTarget,
  type Varbind,
} from '../engine/index.ts'

/**
 * What is worth a recording. Left out below these: SNMP's own tables (1.3.6.1.6 holds communities and users), what runs and
 * with which arguments, outputs of scripts, open connections.
 */
const roots = ['1.0.8802.1.1.2', '1.2.840.10006.300.43', '1.3.6.1.2.1', '1.3.6.1.4.1', '1.3.111.2.802']
const leftOut = [
  '1.3.6.1.2.1.6.13',
  '1.3.6.1.2.1.6.19',
  '1.3.6.1.2.1.6.20',
  '1.3.6.1.2.1.7.5',
  '1.3.6.1.2.1.7.7',
  '1.3.6.1.2.1.25.4',
  '1.3.6.1.2.1.25.5',
  '1.3.6.1.2.1.25.6',
  '1.3.6.1.4.1.8072.1.2',
  '1.3.6.1.4.1.8072.1.3',
  '1.3.6.1.4.1.8072.1.9',
]
const mostRepetitions = 25

export type WalkBounds = { maxValues: number; onProgress(values: number, at: string): void; signal: AbortSignal }

/** `cutAt`: where it ended before the end; null when all was read. Throws SnmpFailure when the target does not answer. */
export async function walkAll(
  engine: SnmpEngine,
  target: SnmpTarget,
  options: RequestOptions,
  bounds: WalkBounds,
): Promise<{ varbinds: Varbind[]; cutAt: string | null }> {
  const varbinds: Varbind[] = []
  for (const root of roots) {
    let from = root
    let repetitions = target.version === 'v1' ? 0 : mostRepetitions
    while (isBelow(from, root) || from === root) {
      const next = await nextOf(engine, target, from, repetitions, options)
      if (next === 'smaller') {
        repetitions = Math.floor(repetitions / 2)
        continue
      }
      const before = from
      for (const it of next) {
        if (it.type === 'missing' || !isBelow(it.oid, root) || compareOids(it.oid, from) <= 0) break
        from = it.oid
        if (!leftOut.some((branch) => isBelow(it.oid, branch))) varbinds.push(it)
      }
      bounds.onProgress(varbinds.length, from)
      if (from === before) break
      if (varbinds.length >= bounds.maxValues) return { varbinds: varbinds.slice(0, bounds.maxValues), cutAt: from }
      const branch = leftOut.find((it) => isBelow(from, it))
      // The arc behind the branch that is left out; nothing can lie between.
      if (branch !== undefined) from = `${branch}.4294967295`
    }
  }
  return { varbinds, cutAt: null }
}

async function nextOf(
  engine: SnmpEngine,
  target: SnmpTarget,
  from: string,
  repetitions: number,
  options: RequestOptions,
): Promise<readonly Varbind[] | 'smaller'> {
  try {
    const isBulk = repetitions > 1
    const request = isBulk
      ? ({ type: 'getBulk', oids: [from], maxRepetitions: repetitions } as const)
      : ({ type: 'getNext', oids: [from] } as const)
    const { errorStatus, varbinds } = await engine.request(
      target,
      request,
      isBulk ? { ...options, retries: 1 } : options,
    )
    if (errorStatus === 0) return varbinds
    return isBulk ? 'smaller' : []
  } catch (error) {
    // A large answer may be lost as fragments where a small one arrives.
    if (error instanceof SnmpFailure && error.kind === 'timeout' && repetitions > 1) return 'smaller'
    throw error
  }
}
