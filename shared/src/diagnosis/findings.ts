import type { FaultKind, FaultLevel } from '../model/index.ts'
import { ableUnder } from './able.ts'
import { outOf } from './causes.ts'
import type { Design } from './design.ts'
import { type Judge, type Judgement, judgeOf } from './judge.ts'
import { isDown, type Known } from './known.ts'
import { type World, worldOf } from './world.ts'

/** One fault as it is at this instant, opened or not. */
export type Finding = {
  device: number
  kind: FaultKind
  level: FaultLevel
  affected: Int32Array
  touched: readonly number[]
  /** as if it were down: of causes, and of an imminent failure with every other marked device failed too */
  judgement: Judgement | null
}

/** All that holds at one instant: what is, what would be if the marked devices failed, and the faults. */
export type Picture = {
  world: World
  judge: Judge
  marked: { world: World; judge: Judge } | null
  findings: ReadonlyMap<number, Finding>
}

/** The faults of section 3, whether a person is told of them or not. */
export function pictureOf(design: Design, known: readonly Known[], world: World): Picture {
  const judge = judgeOf(world)
  const marks: number[] = []
  const found: [number, Known, FaultKind][] = []
  for (let device = 0; device < known.length; device += 1) {
    const it = known[device]
    if (it === undefined) continue
    const kind = kindOf(it)
    if (kind !== null) found.push([device, it, kind])
    if (it.imminent.size > 0 && !isDown(it)) marks.push(device)
  }
  const marked = marks.length > 0 ? markedWorld(design, known, world, marks) : null
  const findings = new Map<number, Finding>()
  for (const [device, it, kind] of found) {
    findings.set(device, findingOf(kind, device, it, { world, judge, marked }))
  }
  return { world, judge, marked, findings }
}

/** The first kind that holds; null when there is nothing, or when it is down and merely affected. */
function kindOf(known: Known): FaultKind | null {
  if (known.isCause) {
    if (known.suspects !== null) return 'suspected'
    return known.flap.flapping ? 'intermittent' : 'down'
  }
  if (isDown(known)) return null
  if (known.imminent.size > 0) return 'imminent'
  if (known.degraded.size > 0) return 'degraded'
  return known.unmanageable ? 'unmanageable' : null
}

function findingOf(
  kind: FaultKind,
  device: number,
  known: Known,
  { world, judge, marked }: Omit<Picture, 'findings'>,
): Finding {
  if (known.isCause) {
    const judgement = judge.levelOf(device)
    const level = kind === 'intermittent' ? softened(judgement.level) : judgement.level
    return { device, kind, level, affected: world.affectedBy(device), touched: world.touchedBy(device), judgement }
  }
  const own = [...new Set((world.design.topology.serves[device] ?? []).map((it) => it.fn))].sort((a, b) => a - b)
  const finding = { device, kind, affected: new Int32Array(0), touched: own, judgement: null }
  if (kind === 'degraded') {
    const isDirect = [...known.degraded.values()].some((it) => it.direct)
    return { ...finding, level: isDirect ? 'L3' : 'L4' }
  }
  const paralysed = kind === 'imminent' ? marked?.judge.paralysedBy(device) : undefined
  if (paralysed === undefined) return { ...finding, level: 'L4' }
  return { ...finding, level: 'L2', judgement: { level: 'L1', paralysed } }
}

function softened(level: FaultLevel): FaultLevel {
  return level === 'L1' || level === 'L2' ? 'L2' : 'L4'
}

/** The world in which every device that carries a mark and is not down has failed as a cause. */
function markedWorld(design: Design, known: readonly Known[], world: World, marks: readonly number[]) {
  const causes = [...new Set([...world.causes, ...marks])].sort((a, b) => a - b)
  const failed = outOf(known)
  for (const device of marks) failed[device] = 1
  const failing = worldOf(design, causes, ableUnder(design.topology, failed))
  return { world: failing, judge: judgeOf(failing) }
}
