import { Connection, DeviceKind } from '@steward/shared/model'
import { describe, expect, test } from 'vitest'
import { connectionOf, drivers, usualDriver, usualPorts, valuesOf } from './connection-presets.ts'

describe('what is typed becomes a connection', () => {
  test.each(drivers)('%s that the hub takes', (driver) => {
    const values = { ...valuesOf(undefined), driver, port: usualPorts[driver] }
    expect(Connection.safeParse(connectionOf(values, undefined)).success).toBe(true)
  })

  test('and back again without loss', () => {
    const all: Connection[] = [
      Connection.parse({ driver: 'snmp', version: 'v3', user: 'steward', context: 'x', authProtocol: 'sha256' }),
      Connection.parse({
        driver: 'modbus',
        unit: 7,
        registers: [{ id: 'supply', name: 'Supply', address: 3, scale: 0.1, unit: '°C' }],
      }),
      Connection.parse({ driver: 'modbus', transport: 'rtu-over-tcp', port: 4001, registers: [] }),
      Connection.parse({
        driver: 'modbus',
        transport: 'serial',
        serial: { path: '/dev/ttyS1', baud: 9600, parity: 'none', stopBits: 2 },
      }),
      Connection.parse({ driver: 'onvif', port: 8080, path: '/onvif/other' }),
      Connection.parse({
        driver: 'http',
        tls: true,
        port: 443,
        values: [{ id: 'door', name: 'Door', path: 'door.state', states: { 0: 'closed', 1: 'open' } }],
        expect: { status: [200, 204], text: 'ready' },
        profile: 'none',
      }),
      Connection.parse({
        driver: 'mqtt',
        version: '5',
        tls: true,
        ca: 'PEM',
        topics: ['hall/#'],
        values: [
          { id: 't', name: 'T', topic: 'hall/t', unit: '°C', scale: 0.1, class: 'temperature', staleAfterMs: 5000 },
        ],
        availability: { topic: 'hall/LWT', online: 'here' },
        staleAfterMs: 60_000,
      }),
      Connection.parse({ driver: 'tcp', port: 22 }),
    ]
    for (const it of all) expect(connectionOf(valuesOf(it), it)).toEqual(it)
  })

  test('no driver is no connection', () => {
    expect(connectionOf(valuesOf(undefined), undefined)).toBeNull()
  })
})

test('every kind of device has a usual way to be read, but a channel, which is never checked', () => {
  for (const kind of DeviceKind.options) {
    const driver = usualDriver(kind)
    expect(driver === '').toBe(kind === 'channel')
  }
})
