import type { ProposedLink, TopologyDevice } from '@steward/shared/topology'
import { describe, expect, test } from 'vitest'
import { compareLinks, type SeenLink } from './changes.ts'

const hour = 3_600_000
const start = 1_700_000_000_000

function device(id: string, isDown = false): TopologyDevice {
  const kind = id.startsWith('cam') ? 'camera' : 'switch'
  return { id, kind, address: null, names: [], macs: [], needs: [], learned: null, isDown }
}
const site = (...down: string[]) =>
  new Map(['core-1', 'core-2', 'edge', 'cam'].map((id) => [id, device(id, down.includes(id))]))

function link(of: string, places: Record<string, string>, at: number): ProposedLink {
  return {
    device: of,
    needs: [Object.keys(places)],
    places: Object.entries(places).map(([to, port]) => ({ to, port })),
    by: [{ kind: 'lldp', at, text: { zh: '见', en: 'seen' } }],
    confidence: 'high',
  }
}
const seen = (it: ProposedLink): SeenLink => {
  const at = it.by[0]?.at ?? 0
  return { link: it, firstSeen: at, lastSeen: at }
}
const both = seen(link('edge', { 'core-1': '3', 'core-2': '3' }, start))
const camera = seen(link('cam', { edge: '7' }, start))

describe('what has changed of the links', () => {
  test('in the first hour of a site everything is new, and nothing is told', () => {
    const now = start + hour / 2
    const { changes, kept } = compareLinks([camera], [link('cam', { 'core-1': '1' }, now), both.link], now, site())
    expect(changes).toEqual([])
    expect(kept.map((it) => it.link.device)).toEqual(['cam', 'edge'])
  })

  test('another port or another switch is a move at once, and its age begins anew', () => {
    const now = start + 5 * hour
    const { changes, kept } = compareLinks([camera], [link('cam', { edge: '8' }, now)], now, site())
    expect(changes.map((it) => it.text.zh)).toEqual(['cam 从 edge 的端口 7 改接到 edge 的端口 8。'])
    expect(kept[0]?.firstSeen).toBe(now)
  })

  test('a port that is not told any more, or a switch’s port that is called otherwise, is no move', () => {
    const now = start + 5 * hour
    const links = [link('cam', { edge: '' }, now), link('edge', { 'core-1': 'Gi0/3', 'core-2': '3' }, now)]
    const { changes, kept } = compareLinks([camera, both], links, now, site())
    expect(changes).toEqual([])
    expect(kept.map((it) => [it.firstSeen, it.lastSeen])).toEqual([
      [start, now],
      [start, now],
    ])
  })

  test('one of two that is not seen stays for a day, and is gone then', () => {
    const less = (now: number) => compareLinks([both], [link('edge', { 'core-2': '3' }, now)], now, site())
    expect(less(start + 5 * hour)).toEqual({ kept: [both], changes: [] })
    const { kept, changes } = less(start + 25 * hour)
    expect(kept[0]?.link.needs).toEqual([['core-2']])
    expect(changes.map((it) => [it.kind, it.text.en])).toEqual([
      ['link-gone', 'edge has not been seen at core-1 port 3 for more than 24 h.'],
    ])
  })

  test('nobody can tell of what is down, or hangs on what is down; what left the site is not missed', () => {
    const now = start + 30 * hour
    expect(compareLinks([camera], [], now, site('cam'))).toEqual({ kept: [camera], changes: [] })
    expect(compareLinks([camera], [], now, site('edge'))).toEqual({ kept: [camera], changes: [] })
    expect(compareLinks([camera], [], now, site()).changes.map((it) => it.kind)).toEqual(['link-gone'])
    expect(compareLinks([camera], [], now, new Map())).toEqual({ kept: [], changes: [] })
  })
})
