/** What is wrong with one picture, by itself and against what is usual. Pure. */
import { leastToTell, likeness, richness, share, spread, type Usual } from './baseline.ts'
import type { Features } from './features.ts'

export const pictureStates = [
  'ok',
  'black',
  'over-exposed',
  'out-of-focus',
  'covered',
  'moved',
  'frozen',
  'colour-cast',
] as const
export type PictureState = (typeof pictureStates)[number]

/** Without anything to compare with only what no scene can be like is told. */
const dead = { black: 12, washed: 0.9 }
/** Brightness below and share above which nothing is to be seen, where it usually is. */
const blackBelow = 24
const washedAbove = 0.5
const washedMore = 0.3
/** Shares of the usual. */
const lost = { detail: 0.45, edges: 0.4, all: 0.12, contrast: 0.45 }
/** Likeness to the usual layout: above it is the same scene, below it another. */
const surelySame = 0.85
const sameScene = 0.6
const otherScene = 0.5
/** By how much the edges must differ: by itself, and against how restless the scene is. */
const otherEdges = { least: 0.35, unrest: 2, more: 0.1 }
const cast = 0.25
/** Of `chroma`. */
const colourless = 1.5

/** `turns`: it is made to look elsewhere (PTZ), so that of what it sees only light can be told. */
export function compare(it: Features, usual: Usual | null, turns = false): PictureState {
  if (usual === null) return it.high < dead.black ? 'black' : it.washed > dead.washed ? 'over-exposed' : 'ok'
  if (it.high < blackBelow && usual.high > 2 * blackBelow) return 'black'
  if (it.washed > washedAbove && it.washed > usual.washed + washedMore) return 'over-exposed'
  if (turns) return 'ok'
  return layoutFault(it, usual) ?? (hasCast(it, usual) ? 'colour-cast' : 'ok')
}

function layoutFault(it: Features, usual: Usual): PictureState | null {
  const usualEdges = richness(usual.edges)
  // A scene without edges cannot be told from another one.
  if (usualEdges < leastToTell) return null
  const left = richness(it.edges) / usualEdges
  const alike = likeness(it.grid, usual.grid)
  // Dimmer light makes edges weaker too, and that is no fault of the lens.
  const light = Math.min(1, spread(it.grid) / Math.max(1, spread(usual.grid)))
  if (left < lost.all && (left < light / 2 || alike < surelySame)) return 'covered'
  // By infrared another scene is lit, and another side of all there is.
  if (isByInfrared(it.chroma, usual.chroma) || isByInfrared(usual.chroma, it.chroma)) return null
  const detail = share(it.detail, usual.detail)
  if (detail !== null && light > lost.contrast && detail < lost.detail * light && alike > sameScene)
    return 'out-of-focus'
  if (left < lost.edges && alike < (light < lost.contrast ? surelySame : otherScene)) return 'covered'
  const unlike = 1 - likeness(it.edges, usual.edges)
  const enough = Math.max(otherEdges.least, otherEdges.unrest * usual.unrest + otherEdges.more)
  return unlike > enough && alike < otherScene ? 'moved' : null
}

/** Night vision has no colours at all; what the compression adds is little. */
function isByInfrared(chroma: number, other: number): boolean {
  return chroma < colourless && other > 2 * colourless
}

/** Towards grey is what a camera does at night; away from it is a fault. */
function hasCast(it: Features, usual: Usual): boolean {
  const isFar =
    Math.max(
      Math.abs(it.red - usual.red),
      Math.abs(it.blue - usual.blue),
      Math.abs(it.red - usual.red - (it.blue - usual.blue)),
    ) > cast
  const colour = Math.hypot(it.red, it.blue)
  return isFar && colour > Math.hypot(usual.red, usual.blue) + cast / 2
}
