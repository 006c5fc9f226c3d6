import { describe, expect, test } from 'vitest'
import { layOut, treeOf } from './tree.ts'

const chain = (...path: string[]) => ({ device: path.at(-1) ?? '', path })
const none: ReadonlySet<string> = new Set()

describe('the tree of what a cause affects', () => {
  test('shares the first part of ways', () => {
    const tree = treeOf('core', [chain('core', 'edge'), chain('core', 'edge', 'cam-1'), chain('core', 'edge', 'cam-2')])
    expect(tree.children.map((it) => it.id)).toEqual(['edge'])
    expect(tree.children[0]?.children.map((it) => it.id)).toEqual(['cam-1', 'cam-2'])
  })

  test('holds each device once, also where two ways lead to it', () => {
    const tree = treeOf('core', [chain('core', 'a', 'x'), chain('core', 'b', 'x')])
    const places = layOut(tree, 'across', none).places
    expect(places.filter((it) => it.id === 'x')).toHaveLength(1)
  })
})

describe('its layout', () => {
  const tree = treeOf('core', [
    chain('core', 'edge'),
    ...Array.from({ length: 20 }, (_, i) => chain('core', 'edge', `cam-${i}`)),
  ])

  test('counts the leaves that are too many, and draws them when asked', () => {
    const closed = layOut(tree, 'across', none)
    expect(closed.places.find((it) => it.more > 0)?.more).toBe(18)
    const open = layOut(tree, 'across', new Set(['edge']))
    expect(open.places).toHaveLength(22)
    expect(open.places.every((it) => it.more === 0)).toBe(true)
  })

  test('puts no two places upon each other', () => {
    for (const way of ['across', 'down'] as const) {
      const { places, rows, columns } = layOut(tree, way, new Set(['edge']))
      expect(new Set(places.map((it) => `${it.column} ${it.row}`)).size).toBe(places.length)
      expect(places.every((it) => it.row < rows && it.column < columns)).toBe(true)
    }
  })

  test('down the page each device has a row of its own', () => {
    const { places } = layOut(tree, 'down', none)
    expect(new Set(places.map((it) => it.row)).size).toBe(places.length)
  })
})
