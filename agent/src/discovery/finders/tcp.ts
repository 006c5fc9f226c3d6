/** Open TCP ports; what is spoken behind one is asked next. */
import type { DiscoveryPort } from '@steward/shared/model'
import { type Drivers, isPortOpen } from '../../drivers/index.ts'
import type { Finder, Question } from '../contract.ts'
import { said } from '../said.ts'
import { askHttp } from './http.ts'
import { askModbus } from './modbus.ts'
import { askOnvif } from './onvif.ts'
import { askRtsp } from './rtsp.ts'

export function createTcpFinder(ports: readonly DiscoveryPort[], drivers: Drivers): Finder {
  const byPort = Map.groupBy(
    ports.filter((it) => it.protocol !== 'snmp' && it.protocol !== 'bacnet'),
    (it) => it.port,
  )
  return {
    questions: (address) =>
      [...byPort].map(([port, spoken]) => ({
        packets: 1,
        async ask(limits) {
          if (!(await isPortOpen({ address, port }, limits))) return null
          return {
            by: 'tcp',
            text: said.open(port),
            openPort: port,
            connection: { driver: 'tcp', port },
            next: spoken.flatMap(({ protocol }) => questionsFor(protocol, { address, port, drivers })),
          }
        },
      })),
  }
}

type Place = { address: string; port: number; drivers: Drivers }

function questionsFor(protocol: DiscoveryPort['protocol'], { address, port, drivers }: Place): Question[] {
  switch (protocol) {
    case 'http':
      return [askHttp(address, port, false), askOnvif(address, port)]
    case 'https':
      return [askHttp(address, port, true)]
    case 'onvif':
      return [askOnvif(address, port)]
    case 'modbus':
      return [askModbus(address, port)]
    case 'rtsp':
      return [askRtsp(drivers, address, port)]
    default:
      return []
  }
}
