/** Open TCP ports; what is spoken behind one is asked next. */
import type { DiscoveryPort } from '@steward/shared/model'
import { isPortOpen } from '../../drivers/index.ts'
import type { Finder, Finding, Question } from '../contract.ts'
import { askHttp } from './http.ts'
import { askModbus } from './modbus.ts'
import { askOnvif } from './onvif.ts'

export function createTcpFinder(ports: readonly DiscoveryPort[]): Finder {
  const byPort = Map.groupBy(
    ports.filter((it) => it.protocol !== 'snmp' && it.protocol !== 'bacnet'),
    (it) => it.port,
  )
  return {
    questions: (address) =>
      [...byPort].map(([port, spoken]) => ({
        packets: 1,
        ask: async (limits) =>
          (await isPortOpen({ address, port }, limits))
            ? openPort(
                address,
                port,
                spoken.map((it) => it.protocol),
              )
            : null,
      })),
  }
}

function openPort(address: string, port: number, spoken: readonly DiscoveryPort['protocol'][]): Finding {
  const isRtsp = spoken.includes('rtsp')
  return {
    by: 'tcp',
    text: `port ${port} is open${isRtsp ? ' (RTSP)' : ''}`,
    openPort: port,
    connection: { driver: 'tcp', port },
    ...(isRtsp ? { kind: 'camera' as const } : {}),
    next: [...new Set(spoken)].flatMap((it) => questionsFor(it, address, port)),
  }
}

function questionsFor(protocol: DiscoveryPort['protocol'], address: string, port: number): Question[] {
  switch (protocol) {
    case 'http':
      return [askHttp(address, port, false), askOnvif(address, port)]
    case 'https':
      return [askHttp(address, port, true)]
    case 'onvif':
      return [askOnvif(address, port)]
    case 'modbus':
      return [askModbus(address, port)]
    default:
      return []
  }
}
