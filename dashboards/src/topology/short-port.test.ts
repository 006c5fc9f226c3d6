import { expect, test } from 'vitest'
import { shortPort } from './short-port.ts'

test.each([
  ['GigabitEthernet1/0/7', 'Gi1/0/7'],
  ['TenGigabitEthernet1/0/13', 'Te1/0/13'],
  ['HundredGigE1/0/1', 'HundredGigE1/0/1'],
  ['FastEthernet0/1', 'Fa0/1'],
  ['Ethernet4', 'Eth4'],
  ['swp3', 'swp3'],
  ['7', '7'],
])('%s is written %s', (port, short) => {
  expect(shortPort(port)).toBe(short)
})
