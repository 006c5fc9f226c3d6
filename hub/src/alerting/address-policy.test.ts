import { expect, test } from 'vitest'
import { mayDial } from './address-policy.ts'

const never = [
  '0.0.0.0',
  '169.254.169.254',
  '169.254.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '192.0.2.1',
  '::',
  'fe80::1',
  'ff02::1',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  'example.org',
  '',
]

test.each(never)('never dials %s', (address) => {
  expect(mayDial(address, { allowLoopback: true })).toBe(false)
  expect(mayDial(address, { allowLoopback: false })).toBe(false)
})

test.each(['127.0.0.1', '127.20.3.4', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1'])(
  'dials loopback %s only when told to',
  (address) => {
    expect(mayDial(address, { allowLoopback: false })).toBe(false)
    expect(mayDial(address, { allowLoopback: true })).toBe(true)
  },
)

test.each(['93.184.215.14', '10.1.2.3', '192.168.1.9', '2606:2800:21f::1', 'fd12::1', '64:ff9b::5db8:d70e'])(
  'dials %s',
  (address) => expect(mayDial(address, { allowLoopback: false })).toBe(true),
)
