/** All drivers, one line each; a driver is a folder here. */
import type { DriverName } from '@steward/shared/model'
import { createBacnetDriver } from './bacnet/index.ts'
import type { Driver } from './contract.ts'
import { createDnsDriver } from './dns/index.ts'
import { createHttpDriver, type HttpProfile } from './http/index.ts'
import { createIcmpDriver } from './icmp/index.ts'
import { createModbusDriver, type ModbusProfiles } from './modbus/index.ts'
import { createMqttDriver } from './mqtt/index.ts'
import { createNtpDriver } from './ntp/index.ts'
import { createOnvifDriver, type PictureSight } from './onvif/index.ts'
import { createRtspDriver, measureStream } from './rtsp/index.ts'
import { createSnmpDriver, type Profile } from './snmp/index.ts'
import { createTcpDriver } from './tcp/index.ts'
import { createTlsDriver } from './tls/index.ts'

export type Drivers = { [Name in DriverName]: Driver<Name> }

/** `sight`: who judges what cameras show; left out: nobody. */
export function createDrivers(
  profiles: readonly Profile[],
  httpProfiles: readonly HttpProfile[] = [],
  sight: PictureSight | null = null,
  modbusProfiles?: ModbusProfiles,
): Drivers {
  return {
    snmp: createSnmpDriver(profiles),
    modbus: createModbusDriver(modbusProfiles),
    onvif: createOnvifDriver(measureStream, sight),
    tcp: createTcpDriver(),
    http: createHttpDriver(httpProfiles),
    bacnet: createBacnetDriver(),
    rtsp: createRtspDriver(),
    tls: createTlsDriver(),
    ntp: createNtpDriver(),
    dns: createDnsDriver(),
    icmp: createIcmpDriver(),
    mqtt: createMqttDriver(),
  }
}
