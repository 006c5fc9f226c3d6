import type { AgentConfig } from '@steward/shared/model'
import { expect, test } from 'vitest'
import { siteOf } from './site.ts'

function configOf(devices: unknown[], systems: unknown[] = []): AgentConfig {
  return {
    revision: '1',
    site: { id: 'tower-a', name: 'Tower A', timezone: 'Asia/Shanghai' },
    settings: { checkIntervalMs: 10_000, checkTimeoutMs: 1000, pollIntervalMs: 60_000 },
    systems,
    devices,
    maintenance: [],
  }
}

const camera = (id: string, rest: object = {}) => ({
  id,
  kind: 'camera',
  address: '10.0.4.7',
  connections: [{ driver: 'onvif' }],
  ...rest,
})

const everywhere = (): boolean => true

test('a bad device disables only itself, and is named with what is wrong', () => {
  const { site, problems } = siteOf(
    configOf([camera('cam-01'), camera('cam-02', { address: 'cam.local' })]),
    everywhere,
  )
  expect([...site.devices.keys()]).toEqual(['cam-01'])
  expect(problems).toEqual([
    expect.objectContaining({
      item: 'devices/cam-02',
      code: 'config/invalid-item',
      message: expect.stringContaining('address'),
    }),
  ])
})

test('an item that is no object at all is named by its place', () => {
  const { problems } = siteOf(configOf([camera('cam-01'), 7]), everywhere)
  expect(problems.map((it) => it.item)).toEqual(['devices/1'])
})

test('an address outside the allowed networks is in the model, never asked, and said', () => {
  const { site, problems } = siteOf(configOf([camera('cam-01')]), () => false)
  expect(site.watched).toEqual([{ id: 'cam-01', checked: false, needs: [] }])
  expect(problems.map((it) => it.code)).toEqual(['config/address-not-allowed'])
})

test('what is switched off, has no address or no connection is not asked', () => {
  const devices = [
    camera('off', { enabled: false }),
    { id: 'channel-1', kind: 'channel' },
    camera('bare', { connections: [] }),
    camera('on'),
  ]
  const { site, problems } = siteOf(configOf(devices), everywhere)
  expect(site.watched.filter((it) => it.checked).map((it) => it.id)).toEqual(['on'])
  expect(problems).toEqual([])
})

test('needs and functions that do not exist are left out and said; the rest stays', () => {
  const systems = [{ id: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }]
  const devices = [
    camera('cam-01', {
      needs: [['gone'], ['edge-1', 'gone']],
      serves: [{ function: 'cctv/view' }, { function: 'cctv/fly' }],
    }),
    camera('edge-1'),
  ]
  const { site, problems } = siteOf(configOf(devices, systems), everywhere)
  expect(site.watched[0]?.needs).toEqual([['edge-1']])
  expect(problems.every((it) => it.item === 'devices/cam-01')).toBe(true)
  expect(problems.map((it) => it.message).join(' ')).toMatch(/gone.*gone|cctv\/fly/)
  expect(problems).toHaveLength(3)
})

test('of two devices with one id the first counts', () => {
  const { site, problems } = siteOf(configOf([camera('cam-01'), camera('cam-01', { address: '10.0.4.8' })]), everywhere)
  expect(site.devices.get('cam-01')?.address).toBe('10.0.4.7')
  expect(problems).toHaveLength(1)
})
