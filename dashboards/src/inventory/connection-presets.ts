/** How a device of each kind is usually read, and between what is typed and what the hub takes. Pure. */
import type { Connection, ConnectionOf, DeviceKind, DriverName } from '@steward/shared/model'
import { httpValuesOf, mqttValuesOf, rowsOf, type ValueRow } from './value-rows.ts'

export const drivers = [
  'snmp',
  'onvif',
  'modbus',
  'bacnet',
  'rtsp',
  'http',
  'tls',
  'ntp',
  'dns',
  'icmp',
  'mqtt',
  'tcp',
] as const satisfies readonly DriverName[]
export const usualPorts: Readonly<Record<DriverName, number>> = {
  snmp: 161,
  onvif: 80,
  modbus: 502,
  bacnet: 47_808,
  rtsp: 554,
  http: 80,
  tls: 443,
  ntp: 123,
  dns: 53,
  icmp: 80,
  mqtt: 1883,
  tcp: 80,
}

const byKind: Partial<Record<DeviceKind, DriverName>> = {
  switch: 'snmp',
  router: 'snmp',
  firewall: 'snmp',
  'access-point': 'snmp',
  ups: 'snmp',
  printer: 'snmp',
  server: 'snmp',
  camera: 'onvif',
  nvr: 'http',
  'door-controller': 'http',
  chiller: 'modbus',
  'air-handler': 'modbus',
  meter: 'modbus',
  controller: 'modbus',
}

/** `channel` is never checked, so it has no connection. */
export function usualDriver(kind: DeviceKind): DriverName | '' {
  return kind === 'channel' ? '' : (byKind[kind] ?? 'tcp')
}

/** A serial line of the agent's own machine. */
export type SerialValues = NonNullable<ConnectionOf<'modbus'>['serial']>
const usualLine: SerialValues = { path: '/dev/ttyUSB0', baud: 19_200, parity: 'even', stopBits: 1 }

/** The first connection as the form holds it. */
export type ConnectionValues = {
  driver: DriverName | ''
  port: number
  version: ConnectionOf<'snmp'>['version']
  user: string
  authProtocol: ConnectionOf<'snmp'>['authProtocol']
  privProtocol: ConnectionOf<'snmp'>['privProtocol']
  unit: number
  transport: NonNullable<ConnectionOf<'modbus'>['transport']>
  serial: SerialValues
  tls: boolean
  /** PEM of the authority that the broker's certificate is checked by; empty: the usual ones */
  ca: string
  path: string
  /** the name that a name server is asked for */
  lookUp: string
  /** what is read out of answers and messages */
  values: ValueRow[]
  /** statuses that are right, as they are typed */
  expectStatus: string
  expectText: string
  /** empty: one that fits is looked for */
  profile: string
  mqttVersion: ConnectionOf<'mqtt'>['version']
  topics: string[]
  availabilityTopic: string
  /** empty: a value is never too old */
  staleAfterS: number | ''
}

export function valuesOf(connection: Connection | undefined): ConnectionValues {
  const values: ConnectionValues = {
    driver: connection?.driver ?? '',
    port: connection?.port ?? 0,
    version: 'v2c',
    user: '',
    authProtocol: 'sha',
    privProtocol: 'aes',
    unit: 1,
    transport: 'tcp',
    serial: usualLine,
    tls: false,
    ca: '',
    path: '',
    lookUp: '',
    values: [],
    expectStatus: '',
    expectText: '',
    profile: '',
    mqttVersion: '3.1.1',
    topics: [],
    availabilityTopic: '',
    staleAfterS: '',
  }
  switch (connection?.driver) {
    case 'snmp': {
      const { version, user, authProtocol, privProtocol } = connection
      return { ...values, version, user: user ?? '', authProtocol, privProtocol }
    }
    case 'modbus':
      return {
        ...{ ...values, unit: connection.unit, transport: connection.transport ?? 'tcp' },
        serial: connection.serial ?? usualLine,
      }
    case 'onvif':
    case 'rtsp':
      return { ...values, path: connection.path }
    case 'http':
      return {
        ...values,
        path: connection.path,
        tls: connection.tls,
        values: rowsOf(connection.values),
        expectStatus: connection.expect?.status?.join(', ') ?? '',
        expectText: connection.expect?.text ?? '',
        profile: connection.profile ?? '',
      }
    case 'mqtt': {
      const { staleAfterMs, availability, ca } = connection
      return {
        ...values,
        tls: connection.tls,
        values: rowsOf(connection.values),
        ca: ca ?? '',
        mqttVersion: connection.version,
        topics: connection.topics,
        availabilityTopic: availability?.topic ?? '',
        staleAfterS: staleAfterMs === undefined ? '' : staleAfterMs / 1000,
      }
    }
    case 'dns':
      return { ...values, lookUp: connection.name }
    default:
      return values
  }
}

/** What was typed as a connection; what the form does not show (registers, values, context) stays as it was. */
export function connectionOf(values: ConnectionValues, before: Connection | undefined): Connection | null {
  const { driver, port, version, user, authProtocol, privProtocol, tls, path, lookUp } = values
  switch (driver) {
    case '':
      return null
    case 'snmp': {
      const context = before?.driver === 'snmp' ? before.context : ''
      const named = version === 'v3' && user !== '' ? { user } : {}
      return { driver, port, version, authProtocol, privProtocol, context, ...named }
    }
    case 'modbus':
      return modbusOf(values, before)
    case 'onvif':
      return {
        ...(before?.driver === 'onvif' ? before : {}),
        ...{ driver, port, path: path === '' ? '/onvif/device_service' : path },
      }
    case 'http': {
      const { expect: _expect, profile: _profile, ...kept } = before?.driver === 'http' ? before : {}
      const profile = values.profile.trim()
      const expect = expectationOf(values)
      return {
        ...kept,
        ...{ driver, port, tls, path: path === '' ? '/' : path, values: httpValuesOf(values.values) },
        ...(expect === null ? {} : { expect }),
        ...(profile === '' ? {} : { profile }),
      }
    }
    case 'mqtt':
      return mqttOf(values, before)
    case 'bacnet':
      return { driver, port, ...(before?.driver === 'bacnet' ? { instance: before.instance } : {}) }
    case 'rtsp': {
      const kept = before?.driver === 'rtsp' ? before : { captureMs: 3000 }
      return { ...kept, driver, port, path: path === '' ? '/' : path }
    }
    case 'tls':
      return { ...(before?.driver === 'tls' ? before : {}), driver, port }
    case 'ntp':
    case 'dns':
      // Every name server knows localhost (RFC 6761, section 6.3).
      return {
        ...(before?.driver === 'dns' ? before : { type: 'A' as const }),
        driver,
        port,
        name: lookUp.trim() || 'localhost',
      }
    case 'icmp':
    case 'tcp':
      return { driver, port }
  }
}

function expectationOf({ expectStatus, expectText }: ConnectionValues): ConnectionOf<'http'>['expect'] | null {
  const status = expectStatus
    .split(/[\s,，]+/)
    .map(Number)
    .filter((it) => Number.isInteger(it) && it >= 100 && it <= 599)
  if (status.length === 0 && expectText === '') return null
  return { ...(status.length === 0 ? {} : { status }), ...(expectText === '' ? {} : { text: expectText }) }
}

/** Modbus TCP is written by leaving the transport out. */
function modbusOf(values: ConnectionValues, before: Connection | undefined): ConnectionOf<'modbus'> {
  const { port, unit, transport, serial } = values
  const { transport: _, serial: _line, ...kept } = before?.driver === 'modbus' ? before : { registers: [] }
  return {
    ...kept,
    ...{ driver: 'modbus', port, unit },
    ...(transport === 'tcp' ? {} : { transport }),
    ...(transport === 'serial' ? { serial } : {}),
  }
}

function mqttOf(values: ConnectionValues, before: Connection | undefined): ConnectionOf<'mqtt'> {
  const { port, tls, mqttVersion: version, topics, staleAfterS } = values
  const ca = values.ca.trim()
  const { availability, staleAfterMs: _, ca: _ca, ...kept } = before?.driver === 'mqtt' ? before : {}
  const topic = values.availabilityTopic.trim()
  return {
    ...kept,
    ...{ driver: 'mqtt', port, tls, version, topics, values: mqttValuesOf(values.values) },
    ...(tls && ca !== '' ? { ca } : {}),
    ...(topic === '' ? {} : { availability: { ...availability, topic } }),
    ...(staleAfterS === '' ? {} : { staleAfterMs: Math.round(staleAfterS * 1000) }),
  }
}
