import { expect, test } from 'vitest'
import { readArpTable } from './arp.ts'

test('whole entries of the table, and no others', () => {
  const text = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         3C:EF:8C:00:11:22     *        eth0
192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.7      0x1         0x6         02:57:00:00:00:07     *        eth0
192.168.1.8      0x1         0x2         00:00:00:00:00:00     *        eth0
broken
`
  expect(readArpTable(text)).toEqual([
    { address: '192.168.1.1', mac: '3c:ef:8c:00:11:22' },
    { address: '192.168.1.7', mac: '02:57:00:00:00:07' },
  ])
  expect(readArpTable('')).toEqual([])
})
