/** Which profiles fit a target: every layer whose tables answer, and the one family that its identity names best. */
import type { Profile } from './profile.ts'

export type TargetTraits = {
  sysObjectId: string
  sysDescr: string
  /** whether anything below this OID answers */
  answers(root: string): boolean
}

/** Layers are the profiles below `standard/`; all others are families, of which the most exact one is taken. */
export function isLayer(profile: Profile): boolean {
  return profile.name.startsWith('standard/')
}

/** The families worth asking about by `detect` when the sysObjectID names none. */
export function selectProfiles(
  all: readonly Profile[],
  traits: TargetTraits,
): { layers: Profile[]; family: Profile | null } {
  const layers = all.filter(
    (it) => isLayer(it) && (it.detect.length === 0 || it.detect.some((root) => traits.answers(root))),
  )
  const scored = all
    .filter((it) => !isLayer(it))
    .map((it) => ({ profile: it, score: scoreOf(it, traits) }))
    .filter((it) => it.score > 0)
  scored.sort((a, b) => b.score - a.score || a.profile.name.localeCompare(b.profile.name))
  return { layers, family: scored[0]?.profile ?? null }
}

/** 0: does not fit. Longer OIDs are more exact; a description that matches as well is more exact still. */
function scoreOf(profile: Profile, traits: TargetTraits): number {
  const byObjectId = Math.max(0, ...profile.sysObjectIds.map((it) => matchLength(it, traits.sysObjectId)))
  const byDescr = profile.sysDescr?.test(traits.sysDescr) === true
  if (profile.sysDescr !== null && !byDescr) return 0
  const byTree = profile.detect.some((it) => traits.answers(it))
  if (profile.detect.length > 0 && !byTree) return 0
  if (profile.sysObjectIds.length > 0 && byObjectId === 0) return 0
  return byObjectId * 100 + (byTree ? 60 : 0) + (byDescr ? 50 : 0)
}

/** Number of arcs that match; 0 when the pattern does not fit. `1.3.6.*` fits all below, `1.3.6` only itself. */
export function matchLength(pattern: string, oid: string): number {
  const arcs = pattern.split('.')
  if (arcs.at(-1) !== '*') return pattern === oid ? arcs.length + 0.5 : 0
  const prefix = arcs.slice(0, -1).join('.')
  return oid === prefix || oid.startsWith(`${prefix}.`) ? arcs.length - 1 : 0
}
