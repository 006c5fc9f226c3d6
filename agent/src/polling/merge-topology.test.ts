import { TopologyFindings } from '@steward/shared/topology'
import { expect, test } from 'vitest'
import { mergedTopology } from './merge-topology.ts'

test('a recorder tells its neighbours over SNMP and its channels over HTTP', () => {
  const snmp = TopologyFindings.parse({ macs: ['02:00:00:00:00:01'], gateway: '10.0.0.1' })
  const http = TopologyFindings.parse({
    macs: ['02:00:00:00:00:02'],
    channels: [{ name: 'Gate', address: '10.0.0.7' }],
    readers: [{ name: 'Front door' }],
  })
  expect(mergedTopology([snmp, http])).toEqual({ ...snmp, channels: http.channels, readers: http.readers })
  expect(mergedTopology([http, snmp])).toMatchObject({ macs: http.macs, gateway: '10.0.0.1' })
  expect(mergedTopology([snmp])).toEqual(snmp)
})
