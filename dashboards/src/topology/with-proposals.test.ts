import type { SiteLink } from '@steward/shared/api'
import { expect, test } from 'vitest'
import { layersOf } from '../drawing/layers.ts'
import { withProposals } from './with-proposals.ts'

const link = (device: string, to: string, state: SiteLink['state']): SiteLink => ({
  device,
  needs: [[to]],
  places: [{ to, port: '1' }],
  by: [],
  confidence: 'high',
  state,
  stated: [],
  firstSeen: '2026-01-01T00:00:00.000Z',
  lastSeen: '2026-01-01T00:00:00.000Z',
  decided: null,
})
const topology = ['edge', 'cam-1', 'cam-2', 'cam-3'].map((id) => ({ id, needs: id === 'cam-2' ? [['edge']] : [] }))

test('what nobody has decided on is drawn as proposed, and what is overruled is not', () => {
  const links = [link('cam-1', 'edge', 'proposed'), link('cam-2', 'edge', 'stated'), link('cam-3', 'edge', 'overruled')]
  const { wires, boxes } = layersOf(withProposals(topology, links))
  expect(wires.map((it) => it.isProposed).sort()).toEqual([false, true])
  expect(boxes[1]?.y).toBeGreaterThan(boxes[0]?.y ?? 0)
  expect(boxes[3]?.y).toBeLessThan(boxes[1]?.y ?? 0)
})
