/** Who needs whom, laid out by layers: pure geometry, in pixels of a drawing that is not zoomed. */
import { type Group, groupsOf } from './layer-groups.ts'

/** `proposed`: requirements that were learned and nobody has confirmed; they shape the drawing as the others do. */
export type Needing = {
  id: string
  needs: readonly (readonly string[])[]
  proposed?: readonly (readonly string[])[]
}
export type Box = { x: number; y: number; width: number; height: number }
/** From what is needed to a device, or to a block of devices that all need the same. Devices by their place in the input. */
export type Wire = {
  from: number
  to: number | null
  block: number | null
  isAlternative: boolean
  isProposed: boolean
}
export type Layers = Box & { boxes: readonly Box[]; blocks: readonly Box[]; wires: readonly Wire[] }

const trunk = { width: 196, height: 44, gap: 16 }
const leaf = { width: 136, height: 28, gap: 6 }
const blockPadding = 10
const layerGap = 56
const siblingGap = 24
/** Wider than high, as screens are. */
const shape = 1.7
/** Up to this width a row is never broken. */
const rowWidth = 2600

/**
 * What needs nothing stands at the top, everything below what it needs last. Alternatives of each other stand side by side;
 * devices that nobody needs and that need the same are packed into one block. Where a row would become too wide, those
 * below one device are broken into several rows. The time it takes grows with the number of devices and needs.
 */
export function layersOf(devices: readonly Needing[]): Layers {
  const { groups, needs, stated } = groupsOf(devices)
  const sizes = groups.map(sizeOf)
  const trees = arrange(groups, sizes)
  const boxes: Box[] = devices.map(() => ({ x: 0, y: 0, width: 0, height: 0 }))
  const blocks: Box[] = []
  const blockOf = new Map<number, number>()
  for (const [number, group] of groups.entries()) {
    const at = trees.at[number] ?? { x: 0, y: 0 }
    const size = sizes[number] ?? { width: 0, height: 0 }
    for (const [i, device] of group.members.entries()) boxes[device] = memberBox(group, i, at)
    if (!group.isBlock) continue
    for (const device of group.members) blockOf.set(device, blocks.length)
    blocks.push({ ...at, ...size })
  }
  return { x: 0, y: 0, width: trees.width, height: trees.height, boxes, blocks, wires: wiresOf(needs, stated, blockOf) }
}

type Size = { width: number; height: number }
type Point = { x: number; y: number }

function columnsOf(count: number): number {
  return Math.max(1, Math.round(Math.sqrt((count * shape * leaf.height) / leaf.width)))
}

function sizeOf(group: Group): Size {
  const count = group.members.length
  if (!group.isBlock) return { width: count * (trunk.width + trunk.gap) - trunk.gap, height: trunk.height }
  const columns = Math.min(count, columnsOf(count))
  return {
    width: columns * (leaf.width + leaf.gap) - leaf.gap + 2 * blockPadding,
    height: Math.ceil(count / columns) * (leaf.height + leaf.gap) - leaf.gap + 2 * blockPadding,
  }
}

function memberBox(group: Group, i: number, at: Point): Box {
  const { width, height } = group.isBlock ? leaf : trunk
  if (!group.isBlock) return { x: at.x + i * (width + trunk.gap), y: at.y, width, height }
  const columns = columnsOf(group.members.length)
  const [column, row] = [i % columns, Math.floor(i / columns)]
  return {
    x: at.x + blockPadding + column * (width + leaf.gap),
    y: at.y + blockPadding + row * (height + leaf.gap),
    width,
    height,
  }
}

/** A group with everything below it; `parts` are where its children begin, from its own corner. */
type Tree = Size & { parts: readonly (Point & { group: number })[]; own: Point }

/** Sizes from the leaves up, then places from the top down: no recursion, however deep the needs go. */
function arrange(groups: readonly Group[], sizes: readonly Size[]): Size & { at: Point[] } {
  const children: number[][] = groups.map(() => [])
  const roots: number[] = []
  for (const [number, { parent }] of groups.entries()) (parent === null ? roots : (children[parent] ?? [])).push(number)
  const trees: Tree[] = groups.map(() => ({ width: 0, height: 0, parts: [], own: { x: 0, y: 0 } }))
  const topDown = groups.map((_, number) => number).sort((a, b) => (groups[a]?.layer ?? 0) - (groups[b]?.layer ?? 0))
  for (const number of [...topDown].reverse()) {
    trees[number] = treeOver(sizes[number] ?? { width: 0, height: 0 }, children[number] ?? [], trees)
  }
  const forest = treeOver({ width: 0, height: -layerGap }, roots, trees)
  const at: Point[] = groups.map(() => ({ x: 0, y: 0 }))
  const corner: Point[] = groups.map(() => ({ x: 0, y: 0 }))
  for (const { group, x, y } of forest.parts) corner[group] = { x, y }
  for (const number of topDown) {
    const { x, y } = corner[number] ?? { x: 0, y: 0 }
    const { own, parts } = trees[number] ?? forest
    at[number] = { x: x + own.x, y: y + own.y }
    for (const part of parts) corner[part.group] = { x: x + part.x, y: y + part.y }
  }
  return { width: forest.width, height: forest.height, at }
}

function treeOver(own: Size, children: readonly number[], trees: readonly Tree[]): Tree {
  const rows = rowsOf(children, trees)
  const widest = Math.max(own.width, ...rows.map((it) => it.width))
  const parts: (Point & { group: number })[] = []
  let y = own.height + layerGap
  for (const row of rows) {
    let x = (widest - row.width) / 2
    for (const group of row.groups) {
      parts.push({ group, x, y })
      x += (trees[group]?.width ?? 0) + siblingGap
    }
    y += row.height + layerGap
  }
  return { width: widest, height: y - layerGap, parts, own: { x: (widest - own.width) / 2, y: 0 } }
}

type Row = Size & { groups: number[] }

function rowsOf(children: readonly number[], trees: readonly Tree[]): Row[] {
  const area = children.reduce((sum, it) => {
    const { width, height } = trees[it] ?? { width: 0, height: 0 }
    return sum + (width + siblingGap) * (height + layerGap)
  }, 0)
  const most = Math.max(rowWidth, Math.sqrt(area * shape))
  const rows: Row[] = []
  for (const group of children) {
    const { width, height } = trees[group] ?? { width: 0, height: 0 }
    const row = rows.at(-1)
    if (row === undefined || row.width + siblingGap + width > most) rows.push({ groups: [group], width, height })
    else {
      row.groups.push(group)
      row.width += siblingGap + width
      row.height = Math.max(row.height, height)
    }
  }
  return rows
}

/** `stated`: how many of a device's needs are; the rest is proposed. */
function wiresOf(
  needs: readonly (readonly (readonly number[])[])[],
  stated: readonly number[],
  blockOf: ReadonlyMap<number, number>,
): Wire[] {
  const wires: Wire[] = []
  const drawn = new Set<number>()
  for (const [device, requirements] of needs.entries()) {
    const block = blockOf.get(device) ?? null
    if (block !== null && drawn.has(block)) continue
    if (block !== null) drawn.add(block)
    for (const [at, alternatives] of requirements.entries()) {
      const isAlternative = alternatives.length > 1
      const isProposed = at >= (stated[device] ?? 0)
      const to = block === null ? device : null
      for (const from of alternatives) wires.push({ from, to, block, isAlternative, isProposed })
    }
  }
  return wires
}
