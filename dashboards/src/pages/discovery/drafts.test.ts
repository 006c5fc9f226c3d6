import type { DiscoveredDevice } from '@steward/shared/api'
import { SnmpConnection, SystemModel } from '@steward/shared/model'
import { describe, expect, test } from 'vitest'
import { acceptOf, functionsToChoose, needsSnmpUser, withKind, wrongNames } from './drafts.ts'
import { portsOf } from './ports-text.ts'

const device = (address: string, id: string, more: Partial<DiscoveredDevice> = {}): DiscoveredDevice => ({
  address,
  identity: {},
  connections: [],
  openPorts: [],
  evidence: [],
  known: null,
  proposal: { id, name: id, kind: 'camera', system: 'cctv', systemKind: 'cctv', function: 'cctv/view', needs: [] },
  ...more,
})
const edge = device('10.0.0.1', 'edge-1')
const camera = device('10.0.0.2', 'cam-1')
const needing = { ...camera, proposal: { ...camera.proposal, needs: [['edge-1']] } }
const both = new Set(['10.0.0.1', '10.0.0.2'])

describe('what is accepted', () => {
  test('is what was chosen, as it was corrected; who was renamed is needed under the new name', () => {
    const drafts = new Map([['10.0.0.1', { id: 'riser-1', kind: 'switch' as const, function: null }]])
    expect(acceptOf([edge, needing], drafts, both).devices).toEqual([
      { address: '10.0.0.1', id: 'riser-1', name: 'riser-1', kind: 'switch', function: null, needs: [] },
      { address: '10.0.0.2', id: 'cam-1', name: 'cam-1', kind: 'camera', function: 'cctv/view', needs: [['riser-1']] },
    ])
    expect(acceptOf([edge, needing], drafts, new Set(['10.0.0.2'])).devices).toHaveLength(1)
  })

  test('leaves out what the site has already', () => {
    expect(acceptOf([{ ...edge, known: 'edge-1' }, needing], new Map(), both).devices.map((it) => it.id)).toEqual([
      'cam-1',
    ])
  })
})

test('SNMPv3 without a user asks for one, where it is chosen', () => {
  const connection = SnmpConnection.parse({ driver: 'snmp', version: 'v3' })
  const target = { ...edge, connections: [connection] }
  expect(needsSnmpUser([target, camera], both)).toBe(true)
  expect(needsSnmpUser([target, camera], new Set(['10.0.0.2']))).toBe(false)
  expect(needsSnmpUser([{ ...target, connections: [{ ...connection, user: 'steward' }] }], both)).toBe(false)
  expect(needsSnmpUser([{ ...target, known: 'edge-1' }], both)).toBe(false)
})

test('names that cannot be are told: no name, twice, or the name of a device that is there', () => {
  const named = (id: string) => new Map([['10.0.0.2', { id }]])
  expect(wrongNames([edge, camera], named('Cam 1'), both)).toEqual(new Map([['10.0.0.2', 'slug']]))
  expect(wrongNames([edge, camera], named('edge-1'), both)).toEqual(new Map([['10.0.0.2', 'taken']]))
  const known = { ...edge, known: 'core-1' }
  expect(wrongNames([known, camera], named('core-1'), both)).toEqual(new Map([['10.0.0.2', 'taken']]))
  expect(wrongNames([edge, camera], named('edge-1'), new Set(['10.0.0.2']))).toEqual(new Map())
})

test('another kind brings its function, of the site where it has one', () => {
  const systems = [SystemModel.parse({ id: 'doors', kind: 'access', functions: [{ id: 'entry' }] })]
  expect(withKind({ id: 'x' }, 'door-controller', systems)).toEqual({
    id: 'x',
    kind: 'door-controller',
    function: 'doors/entry',
  })
  expect(withKind({}, 'printer', systems).function).toBeNull()
  expect(functionsToChoose([edge], new Map(), systems)).toEqual(['cctv/view', 'doors/entry'])
})

test.each([
  ['', []],
  ['onvif:8899', [{ protocol: 'onvif', port: 8899 }]],
  [
    ' Modbus:1502，http：81 ',
    [
      { protocol: 'modbus', port: 1502 },
      { protocol: 'http', port: 81 },
    ],
  ],
  ['8899', null],
  ['onvif:0', null],
  ['telnet:23', null],
])('ports %j', (text, ports) => expect(portsOf(text)).toEqual(ports))
