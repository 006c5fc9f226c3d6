import { DeviceModel, PollingSettings } from '@steward/shared/model'
import { TopologyFindings } from '@steward/shared/topology'
import { expect, test } from 'vitest'
import type { Reading } from '../drivers/index.ts'
import { createFeeds } from './feeds.ts'
import { lineOf } from './line-of-test.ts'
import { emptySite } from './site.ts'

const point = 'poe.1.7.state'
const cameraMac = '02:00:00:00:00:07'

/** A camera at port 7 of a switch, and all that the judge is told. */
function watchEdge() {
  const told: string[] = []
  const down = new Set<string>()
  const device = (id: string, kind: string, needs: string[][]) =>
    [id, DeviceModel.parse({ id, kind, needs, address: '10.0.0.1' })] as const
  const devices = new Map([device('edge', 'switch', []), device('cam', 'camera', [['edge']])])
  const site = { ...emptySite, settings: PollingSettings.parse({}), devices }
  const feeds = createFeeds({
    site: () => site,
    judge: () => ({
      isDown: (it) => down.has(it),
      unfed: (some) => told.push(...some.map((it) => `${it.device} ${it.unfed}`)),
    }),
  })
  const line = { ...lineOf({}), device: 'edge' }
  feeds.read({ ...lineOf({}), device: 'cam' }, { values: {}, errors: [], identity: { mac: cameraMac } })
  const read = (state: string, findings?: object) => {
    const topology = findings === undefined ? {} : { topology: TopologyFindings.parse(findings) }
    const learned = findings === undefined ? {} : { findings: { ports: [], neighbours: [], ...topology } }
    const reading: Reading = { values: { [point]: state }, errors: [], ...learned }
    feeds.read(line, reading)
    return told.splice(0)
  }
  return { feeds, read, down }
}

const poe = [{ port: '7', state: 'delivering', point }]
const there = { poe, forwarding: [{ port: '7', count: 1, macs: [cameraMac] }] }
const nobody = { poe }

test('a port that fed and draws nothing is told once, and once that it feeds again', () => {
  const { feeds, read } = watchEdge()
  expect(read('delivering', there)).toEqual(['cam false'])
  expect(feeds.feederOf('cam')).toBe('edge')
  expect(read('delivering')).toEqual([])
  expect(read('test')).toEqual([])
  expect(read('searching')).toEqual(['cam true'])
  expect(read('fault')).toEqual([])
  expect(read('delivering')).toEqual(['cam false'])
})

test('a device with a supply of its own never draws, and is not without power', () => {
  const { read } = watchEdge()
  expect(read('searching', there)).toEqual([])
  expect(read('disabled')).toEqual([])
})

test('what is down is not seen at its port and hangs there all the same; what has moved away is not without power', () => {
  const { feeds, read, down } = watchEdge()
  read('delivering', there)
  down.add('cam')
  expect(read('searching', nobody)).toEqual(['cam true'])
  expect(feeds.feederOf('cam')).toBe('edge')
  down.clear()
  expect(read('searching', nobody)).toEqual(['cam false'])
  expect(feeds.feederOf('cam')).toBeUndefined()
})
