import { DeviceModel } from '@steward/shared/model'
import { expect, test } from 'vitest'
import { createFoundSecrets } from './found-secrets.ts'

const device = (id: string, address: string, connection: unknown) =>
  DeviceModel.parse({ id, address, connections: [connection] })
const v2c = { driver: 'snmp' }
const all = () => true

test('a device gets the community that opened its address, once, and no other device does', () => {
  const found = createFoundSecrets()
  found.opened('10.0.0.1', 'first')
  found.opened('10.0.0.2', 'second')
  const devices = [device('edge-1', '10.0.0.1', v2c), device('edge-9', '10.0.0.9', v2c)]
  expect(found.adopt(devices, all)).toEqual([{ device: 'edge-1', address: '10.0.0.1', community: 'first' }])
  expect(found.adopt(devices, all)).toEqual([])
})

test('a secret that a person has entered stays, and only SNMP v1 and v2c take a community', () => {
  const found = createFoundSecrets()
  found.opened('10.0.0.1', 'first')
  expect(found.adopt([device('edge-1', '10.0.0.1', v2c)], () => false)).toEqual([])
  expect(found.adopt([device('edge-1', '10.0.0.1', { driver: 'snmp', version: 'v3', user: 'u' })], all)).toEqual([])
  expect(found.adopt([device('cam-1', '10.0.0.1', { driver: 'onvif' })], all)).toEqual([])
  expect(found.adopt([device('edge-1', '10.0.0.1', v2c)], all)).toHaveLength(1)
})
