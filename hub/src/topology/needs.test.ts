import type { DeviceModel } from '@steward/shared/model'
import { expect, test } from 'vitest'
import { networkNeeds, sameNeeds, withNetwork } from './needs.ts'

const kinds: Record<string, DeviceModel['kind']> = {
  edge: 'switch',
  other: 'switch',
  ups: 'ups',
  odd: 'other',
  nvr: 'nvr',
}
const kindOf = (id: string) => kinds[id]
const camera = (...needs: string[][]) => ({ kind: 'camera' as const, needs })

test('what is learned takes the place of switches, and leaves the rest', () => {
  expect(withNetwork(camera(['ups'], ['edge'], ['edge', 'ups']), [['other']], kindOf)).toEqual([
    ['other'],
    ['ups'],
    ['edge', 'ups'],
  ])
})

test('what was learned to carry traffic does, whatever it is called', () => {
  expect(networkNeeds(camera(['odd'], ['ups']), [['odd']], kindOf)).toEqual([['odd']])
  expect(withNetwork(camera(['odd']), [['odd']], kindOf)).toEqual([['odd']])
})

test('of a channel all is learned', () => {
  const channel = { kind: 'channel' as const, needs: [['cam'], ['nvr']] }
  expect(networkNeeds(channel, [], kindOf)).toEqual(channel.needs)
})

test('the order in which needs are written says nothing', () => {
  expect(sameNeeds([['a', 'b'], ['c']], [['c'], ['b', 'a']])).toBe(true)
  expect(sameNeeds([['a'], ['b']], [['a', 'b']])).toBe(false)
})
