/** What targets say by themselves: traps and informs of versions 1, 2c and 3, read and answered. */
import type { DeviceModel } from '@steward/shared/model'
import type { DeviceSecret } from '../../contract.ts'
import type { SnmpTarget } from '../engine/index.ts'
import { snmpTargetOf } from '../target.ts'

export { BerError } from '../engine/ber.ts'
export { type Told, told } from './names.ts'
export { createNotificationReader, type Heard, type NotificationReader, type OwnEngine } from './notification-reader.ts'

/** As whom a device is polled over SNMP; empty where it is not. */
export function snmpTargetsOf(device: DeviceModel, address: string, secret: DeviceSecret | null): SnmpTarget[] {
  return device.connections.flatMap((connection) =>
    connection.driver === 'snmp' ? [snmpTargetOf({ device: device.id, address, connection, secret })] : [],
  )
}
