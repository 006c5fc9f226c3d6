import { describe, expect, test } from 'vitest'
import { lanNetworks, makeNetworkGate } from './index.ts'

const own = () => ['192.168.1.2', 'fd00::2', '127.0.0.1', '::1']
const lan = makeNetworkGate({ allow: ['192.168.1.0/24', 'fd00::/64', '0.0.0.0/0', '::/0'], allowLoopback: false }, own)

describe('what is never dialled, whatever is allowed', () => {
  test.each([
    '192.168.1.2',
    'fd00:0:0::2',
    '127.0.0.1',
    '127.20.0.1',
    '::1',
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '169.254.1.1',
    'fe80::1',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    '::ffff:192.168.1.7',
    '::ffff:c0a8:107',
    '::192.168.1.7',
    '::c0a8:107',
    '64:ff9b::192.168.1.7',
    '2002:c0a8:107::1',
    '2001:0:1::1',
    'localhost',
    'cam-07.example',
    '192.168.1.7:80',
    '',
  ])('%s', (address) => expect(lan.refusalOf(address)).not.toBeNull())
})

describe('inside and outside', () => {
  const narrow = makeNetworkGate({ allow: ['192.168.1.0/24', 'fd00::/64'], allowLoopback: false }, own)
  test.each(['192.168.1.7', '192.168.1.254', 'fd00::7'])('%s is inside', (it) =>
    expect(narrow.refusalOf(it)).toBeNull(),
  )
  test.each(['192.168.2.7', '10.0.0.1', 'fd01::7', '8.8.8.8'])('%s is outside', (it) =>
    expect(narrow.refusalOf(it)).toMatch(/outside/),
  )
})

test('loopback needs the local flag and an allowed network', () => {
  const demo = makeNetworkGate({ allow: ['127.20.0.0/16'], allowLoopback: true }, own)
  expect(demo.refusalOf('127.20.0.7')).toBeNull()
  expect(demo.refusalOf('127.0.0.1')).toMatch(/outside/)
  expect(demo.refusalOf('::1')).toMatch(/outside/)
})

describe('the networks of this machine', () => {
  const v4 = (cidr: string, internal = false) => {
    const [address = ''] = cidr.split('/')
    return { address, netmask: '', family: 'IPv4' as const, mac: '', internal, cidr }
  }
  test('are the private ones of real interfaces', () => {
    const interfaces = {
      lo: [v4('127.0.0.1/8', true)],
      eth0: [v4('192.168.1.2/24')],
      eth1: [v4('10.3.4.5/20'), v4('203.0.113.9/24')],
      docker0: [v4('172.17.0.1/16')],
      wlan0: [v4('192.168.1.3/24')],
    }
    expect(lanNetworks(interfaces)).toEqual(['10.3.0.0/20', '192.168.1.0/24'])
  })
})
