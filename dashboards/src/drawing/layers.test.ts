import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Box, layersOf, type Needing } from './layers.ts'

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

const tower: Needing[] = [
  { id: 'core-a', needs: [] },
  { id: 'core-b', needs: [] },
  { id: 'edge-1', needs: [['core-a', 'core-b']] },
  { id: 'edge-2', needs: [['core-a', 'core-b']] },
  ...['cam-1', 'cam-2', 'cam-10'].map((id) => ({ id, needs: [['edge-1']] })),
  { id: 'door', needs: [['edge-2'], ['core-a']] },
]
const placed = (devices: Needing[]) => {
  const layers = layersOf(devices)
  return { ...layers, of: (id: string) => layers.boxes[devices.findIndex((it) => it.id === id)] as Box }
}

describe('layers', () => {
  test('what is needed stands above; alternatives side by side; what needs the same in one block by name', () => {
    const { of, blocks, wires } = placed(tower)
    expect(of('core-a').y).toBe(of('core-b').y)
    expect(of('edge-1').y).toBeGreaterThan(of('core-a').y)
    expect(of('edge-1').y).toBe(of('edge-2').y)
    expect(of('cam-1').y).toBeGreaterThan(of('edge-1').y)
    expect(blocks).toHaveLength(2)
    const order = ['cam-1', 'cam-2', 'cam-10'].map((id) => of(id)).map((it) => it.y * 10_000 + it.x)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(wires.filter((it) => it.isAlternative)).toHaveLength(4)
    expect(wires.filter((it) => it.block !== null)).toHaveLength(3)
  })

  const siteOf = (most: number) =>
    fc
      .integer({ min: 0, max: most })
      .chain((count) =>
        fc
          .tuple(
            ...Array.from({ length: count }, () =>
              fc.array(fc.array(fc.nat({ max: 45 }), { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
            ),
          )
          .map((all) =>
            all.map((needs, i): Needing => ({ id: `d${i}`, needs: needs.map((it) => it.map((n) => `d${n}`)) })),
          ),
      )

  test('no two devices overlap, none stands outside, rings and unknown names among them', () => {
    fc.assert(
      fc.property(siteOf(40), (devices) => {
        const { boxes, width, height, blocks } = layersOf(devices)
        expect(boxes).toHaveLength(devices.length)
        for (const [i, a] of boxes.entries()) {
          expect(a.width).toBeGreaterThan(0)
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true)
          for (const b of boxes.slice(i + 1)) expect(overlaps(a, b)).toBe(false)
        }
        for (const [i, a] of blocks.entries()) for (const b of blocks.slice(i + 1)) expect(overlaps(a, b)).toBe(false)
      }),
    )
  })

  test('without rings everything stands below all that it needs', () => {
    // Few enough for one row.
    const acyclic = siteOf(8).map((devices) =>
      devices.map(({ id, needs }, i) => ({
        id,
        needs: needs.map((it) => it.filter((name) => Number(name.slice(1)) < i)).filter((it) => it.length > 0),
      })),
    )
    fc.assert(
      fc.property(acyclic, (devices) => {
        const { of } = placed(devices)
        for (const { id, needs } of devices) for (const it of needs.flat()) expect(of(id).y).toBeGreaterThan(of(it).y)
      }),
    )
  })

  test('a chain of 5,000 does not go too deep, and a wide layer is broken into rows', () => {
    const chain = Array.from({ length: 5000 }, (_, i) => ({ id: `d${i}`, needs: i === 0 ? [] : [[`d${i - 1}`]] }))
    expect(layersOf(chain).height).toBeGreaterThan(5000 * 40)
    const wide = [
      { id: 'core', needs: [] },
      ...Array.from({ length: 100 }, (_, i) => ({ id: `sw-${i}`, needs: [['core']] })),
      ...Array.from({ length: 5000 }, (_, i) => ({ id: `cam-${i}`, needs: [[`sw-${i % 100}`]] })),
    ]
    const { width, height } = layersOf(wide)
    expect(width / height).toBeGreaterThan(1)
    expect(width / height).toBeLessThan(3)
  })
})
