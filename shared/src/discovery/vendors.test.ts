import { expect, test } from 'vitest'
import { completed, type FoundDevice } from './index.ts'

const withMac = (mac: string, vendor?: string): FoundDevice => ({
  address: '10.0.0.1',
  identity: { mac, ...(vendor === undefined ? {} : { vendor }) },
  connections: [],
  openPorts: [],
  evidence: [],
})

test.each([
  ['00:40:8c:01:02:03', 'Axis Communications AB'],
  ['44:19:b6:01:02:03', 'Hangzhou Hikvision Digital'],
  ['46:19:b6:01:02:03', undefined],
  ['not-a-mac', undefined],
  ['__proto__', undefined],
])('%s is a card of %s', async (mac, vendor) => {
  const [device] = await completed([withMac(mac)])
  expect(device?.identity.vendor).toBe(vendor)
})

test('what a device says of itself counts more', async () => {
  expect((await completed([withMac('00:40:8c:01:02:03', 'Example')]))[0]?.identity.vendor).toBe('Example')
})
