import { Connection } from '@steward/shared/model'
import { expect, test } from 'vitest'
import type { Finding } from './contract.ts'
import { foundDevice } from './merge.ts'
import { said } from './said.ts'

const open = (port: number): Finding => ({
  by: 'tcp',
  text: said.open(port),
  openPort: port,
  connection: { driver: 'tcp', port },
})
const speaks = (by: Finding['by'], connection: unknown, more: Partial<Finding> = {}): Finding => ({
  by,
  text: { en: by, zh: by },
  connection: Connection.parse(connection),
  ...more,
})
const drivers = (findings: Finding[]) =>
  foundDevice('10.0.0.1', findings).connections.map((it) => `${it.driver} ${it.port}`)

test('what only opens is left out where something speaks', () => {
  expect(drivers([open(80), open(554), speaks('onvif', { driver: 'onvif', port: 80 })])).toEqual(['onvif 80'])
  expect(drivers([open(22), open(8000)])).toEqual(['tcp 22'])
  expect(drivers([open(80), speaks('http', { driver: 'http', port: 80 })])).toEqual(['http 80'])
})

test('the richest is first, since a device is checked by it', () => {
  const findings = [speaks('modbus', { driver: 'modbus' }), speaks('snmp', { driver: 'snmp' })]
  expect(drivers(findings)).toEqual(['snmp 161', 'modbus 502'])
})

test('SNMPv3 without a user keeps a way to check the device by', () => {
  const v3 = speaks('snmp', { driver: 'snmp', version: 'v3' })
  expect(drivers([v3, open(22)])).toEqual(['snmp 161', 'tcp 22'])
  const v2 = foundDevice('10.0.0.1', [speaks('snmp', { driver: 'snmp' }), v3, open(22)])
  expect(v2.connections).toMatchObject([{ driver: 'snmp', version: 'v2c' }])
})

test('who knows best says what it is', () => {
  const web = speaks('http', { driver: 'http' }, { kind: 'router', identity: { vendor: 'Web', model: 'W-1' } })
  const snmp = speaks('snmp', { driver: 'snmp' }, { kind: 'switch', identity: { vendor: 'Example' } })
  expect(foundDevice('10.0.0.1', [web, snmp])).toMatchObject({
    kind: 'switch',
    identity: { vendor: 'Example', model: 'W-1' },
  })
  const onvif = speaks('onvif', { driver: 'onvif' }, { kind: 'camera' })
  const page = speaks('http', { driver: 'http' }, { kind: 'nvr' })
  expect(foundDevice('10.0.0.1', [onvif, page]).kind).toBe('nvr')
})
