/** The way from a cause to everything it affects, laid out: pure geometry in rows and columns. */
export type Chain = { device: string; path: readonly string[] }
export type TreeNode = { id: string; children: TreeNode[] }

/** The chains as one tree; what several ways lead to stands at the first. */
export function treeOf(cause: string, chains: readonly Chain[]): TreeNode {
  const root: TreeNode = { id: cause, children: [] }
  const nodes = new Map([[cause, root]])
  for (const { path } of [...chains].sort((a, b) => a.path.length - b.path.length)) {
    let parent = root
    for (const id of path.slice(1)) {
      let node = nodes.get(id)
      if (node === undefined) {
        node = { id, children: [] }
        nodes.set(id, node)
        parent.children.push(node)
      }
      parent = node
    }
  }
  return root
}

/** `more`: stands for that many devices that are not drawn. */
export type Placed = { id: string; column: number; row: number; more: number; parent: string | null }
export type Layout = { places: Placed[]; columns: number; rows: number }

/** Leaves beyond this many of one parent are counted and not drawn, until they are asked for; fewer where there is much. */
function shownLeaves(all: number, way: 'across' | 'down'): number {
  if (all <= 12) return 6
  return way === 'across' ? 2 : 1
}

/**
 * `across`: a column for each step, a parent beside the first of its children, for wide screens. `down`: one device a row,
 * moved in by its step, for phones.
 */
export function layOut(root: TreeNode, way: 'across' | 'down', opened: ReadonlySet<string>): Layout {
  const places: Placed[] = []
  const most = shownLeaves(sizeOf(root), way)
  let row = 0
  let columns = 0
  const place = (node: TreeNode, column: number, parent: string | null): void => {
    columns = Math.max(columns, column + 1)
    places.push({ id: node.id, column, row, more: 0, parent })
    const { shown, hidden } = visibleChildren(node, opened, most)
    if (way === 'down' && shown.length + hidden > 0) row += 1
    shown.forEach((child, i) => {
      if (i > 0) row += 1
      place(child, column + 1, node.id)
    })
    if (hidden > 0) {
      row += 1
      columns = Math.max(columns, column + 2)
      places.push({ id: `${node.id} +`, column: column + 1, row, more: hidden, parent: node.id })
    }
  }
  place(root, 0, null)
  return { places, columns, rows: row + 1 }
}

function visibleChildren(
  node: TreeNode,
  opened: ReadonlySet<string>,
  most: number,
): { shown: TreeNode[]; hidden: number } {
  // Branches come first: what leads on matters more than what ends.
  const sorted = [...node.children].sort((a, b) => sizeOf(b) - sizeOf(a) || names.compare(a.id, b.id))
  const leaves = sorted.filter((it) => it.children.length === 0)
  if (opened.has(node.id) || leaves.length <= most + 1) return { shown: sorted, hidden: 0 }
  const kept = new Set(leaves.slice(0, most))
  return {
    shown: sorted.filter((it) => it.children.length > 0 || kept.has(it)),
    hidden: leaves.length - most,
  }
}

const names = new Intl.Collator('en', { numeric: true })

function sizeOf(node: TreeNode): number {
  return node.children.reduce((sum, it) => sum + 1 + sizeOf(it), 0)
}
