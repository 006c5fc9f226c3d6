/** All drivers, one line each; a driver is a folder here. */
import type { DriverName } from '@steward/shared/model'
import { createBacnetDriver } from './bacnet/index.ts'
import type { Driver } from './contract.ts'
import type { DeviceProfiles } from './device-profiles.ts'
import { createDnsDriver } from './dns/index.ts'
import { createHttpDriver } from './http/index.ts'
import { createIcmpDriver } from './icmp/index.ts'
import { createModbusDriver } from './modbus/index.ts'
import { createMqttDriver } from './mqtt/index.ts'
import { createNtpDriver } from './ntp/index.ts'
import { createOnvifDriver, type PictureSight } from './onvif/index.ts'
import { createRtspDriver, measureStream } from './rtsp/index.ts'
import { createSnmpDriver } from './snmp/index.ts'
import { createTcpDriver } from './tcp/index.ts'
import { createTlsDriver } from './tls/index.ts'

export type Drivers = { [Name in DriverName]: Driver<Name> }

/** `sight`: who judges what cameras show; left out: nobody. */
export function createDrivers(profiles: Partial<DeviceProfiles>, sight: PictureSight | null = null): Drivers {
  return {
    snmp: createSnmpDriver(profiles.snmp ?? []),
    modbus: createModbusDriver(profiles.modbus),
    onvif: createOnvifDriver(measureStream, sight),
    tcp: createTcpDriver(),
    http: createHttpDriver(profiles.http ?? []),
    bacnet: createBacnetDriver(),
    rtsp: createRtspDriver(),
    tls: createTlsDriver(),
    ntp: createNtpDriver(),
    dns: createDnsDriver(),
    icmp: createIcmpDriver(),
    mqtt: createMqttDriver(),
  }
}
