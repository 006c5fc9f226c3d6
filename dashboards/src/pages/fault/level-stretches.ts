/** How the level of a fault rose and fell, as stretches of time. Pure. */
import type { FaultDetail } from '@steward/shared/api'
import type { FaultLevel } from '@steward/shared/model'

type Stretch = { fromMs: number; toMs: number; level: FaultLevel }

/** What counted when, from the lines of its history, oldest first: what a person set before what was judged. */
export function levelStretches(
  history: readonly Pick<FaultDetail['history'][number], 'at' | 'event' | 'level'>[],
  fromMs: number,
  toMs: number,
): Stretch[] {
  const stretches: Stretch[] = []
  let judged: FaultLevel | null = null
  let byHand: FaultLevel | null = null
  for (const { at, event, level } of history) {
    if (event === 'opened' || event === 'changed') judged = level ?? judged
    else if (event === 'level-set') byHand = level
    else if (event === 'level-freed') byHand = null
    else continue
    const is = byHand ?? judged
    const last = stretches.at(-1)
    if (is === null || last?.level === is) continue
    const startMs = Math.min(Math.max(Date.parse(at), fromMs), toMs)
    if (last !== undefined) last.toMs = startMs
    stretches.push({ fromMs: startMs, toMs, level: is })
  }
  return stretches.filter((it) => it.toMs > it.fromMs)
}
