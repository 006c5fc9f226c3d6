import type { DeviceMessage, DeviceModel } from '@steward/shared/model'
import { BerError, type DeviceSecret, type NotificationReader, snmpTargetsOf, told } from '../drivers/index.ts'

export type HeardTrap =
  | { type: 'message'; message: DeviceMessage }
  | { type: 'refused'; why: string }
  /** nothing to tell: a question of how to notify, or no message at all */
  | { type: 'nothing' }

/** A datagram of a device on the trap port; what has to be answered is answered. Never throws for what it holds. */
export function hearTrap(
  reader: NotificationReader,
  datagram: Buffer,
  from: { device: DeviceModel; address: string; secret: DeviceSecret | null },
  reply: (bytes: Buffer) => void,
): HeardTrap {
  const targets = snmpTargetsOf(from.device, from.address, from.secret)
  if (targets.length === 0) return { type: 'refused', why: 'the device has no SNMP connection to check them against' }
  try {
    const heard = reader.take(datagram, from.address, targets)
    if (heard.type === 'refused') return heard
    if (heard.reply !== null) reply(heard.reply)
    if (heard.type === 'reply') return { type: 'nothing' }
    const { name, text, fields } = told(heard.notification)
    return {
      type: 'message',
      message: { protocol: heard.notification.kind, urgency: null, name, text, fields, count: 1 },
    }
  } catch (error) {
    if (error instanceof BerError) return { type: 'nothing' }
    throw error
  }
}
