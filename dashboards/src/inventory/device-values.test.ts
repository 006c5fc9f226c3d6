import { DeviceModel } from '@steward/shared/model'
import { describe, expect, test } from 'vitest'
import { deviceOf, deviceValues } from './device-values.ts'

const camera = DeviceModel.parse({
  id: 'cam-07',
  name: 'Lobby',
  kind: 'camera',
  address: '192.168.1.7',
  connections: [{ driver: 'onvif' }, { driver: 'tcp', port: 554 }],
  serves: [{ function: 'cctv/view', weight: 3 }],
  needs: [['edge-1'], ['core-1', 'core-2']],
  location: 'Lobby',
})

describe('a device in its form', () => {
  test('goes there and back without loss', () => {
    expect(deviceOf(deviceValues(camera), camera.id, camera)).toEqual(camera)
  })

  test('keeps a weight that the form does not show, and gives a new function weight 1', () => {
    const values = { ...deviceValues(camera), serves: ['cctv/record', 'cctv/view'] }
    expect(deviceOf(values, camera.id, camera).serves).toEqual([
      { function: 'cctv/record', weight: 1 },
      { function: 'cctv/view', weight: 3 },
    ])
  })

  test('an empty requirement is none, an empty field is left out', () => {
    const values = { ...deviceValues(undefined), needs: [[], ['core-1']], name: ' ' }
    const device = deviceOf(values, 'x', undefined)
    expect(device.needs).toEqual([['core-1']])
    expect(device).not.toHaveProperty('name')
    expect(DeviceModel.safeParse(device).success).toBe(true)
  })
})
