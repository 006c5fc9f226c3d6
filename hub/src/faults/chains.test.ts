import { expect, test } from 'vitest'
import { chainsOf } from './chains.ts'

const device = (id: string, ...needs: string[][]) => ({ id, needs })

test('the shortest way, through what is affected', () => {
  const site = [
    device('core'),
    device('edge', ['core']),
    device('nvr', ['edge']),
    device('channel', ['cam', 'x'], ['nvr'], ['edge']),
  ]
  expect(chainsOf('core', ['channel', 'edge', 'nvr'], [], site)).toEqual([
    { device: 'channel', path: ['core', 'edge', 'channel'] },
    { device: 'edge', path: ['core', 'edge'] },
    { device: 'nvr', path: ['core', 'edge', 'nvr'] },
  ])
})

test('ways go through other causes, and not through what works', () => {
  const site = [
    device('a'),
    device('b', ['a']),
    device('c', ['b']),
    device('works', ['a']),
    device('d', ['works'], ['c']),
  ]
  expect(chainsOf('a', ['c', 'd'], ['b'], site)).toEqual([
    { device: 'c', path: ['a', 'b', 'c'] },
    { device: 'd', path: ['a', 'b', 'c', 'd'] },
  ])
})

test('a ring ends, and a way that the model no longer has is its two ends', () => {
  const ring = [device('a', ['c']), device('b', ['a']), device('c', ['b'])]
  expect(chainsOf('a', ['b', 'c', 'gone'], [], ring)).toEqual([
    { device: 'b', path: ['a', 'b'] },
    { device: 'c', path: ['a', 'b', 'c'] },
    { device: 'gone', path: ['a', 'gone'] },
  ])
})
