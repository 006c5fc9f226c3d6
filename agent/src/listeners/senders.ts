/** Who may speak: devices of the site by their address. Everybody else is named once to a person, and not listened to. */
import type { DeviceModel } from '@steward/shared/model'
import type { OpenProblem } from '../config/index.ts'

export type Via = 'trap' | 'syslog'

export type Senders = {
  /** The device at an address; null for a stranger, who is remembered. */
  deviceAt(address: string, via: Via): DeviceModel | null
  /** A device whose messages are not taken, and why; null: they are again. */
  refused(device: string, why: string | null): void
  devicesChanged(devices: readonly DeviceModel[]): void
  problems(): OpenProblem[]
}

const mostStrangers = 20

/** `onProblems` is called where the list has changed. */
export function createSenders(isAllowed: (address: string) => boolean, onProblems: () => void): Senders {
  let byAddress = new Map<string, DeviceModel>()
  const strangers = new Map<string, Via>()
  const refusals = new Map<string, string>()
  return {
    deviceAt(address, via) {
      const device = byAddress.get(address)
      if (device !== undefined && isAllowed(address)) return device
      if (!strangers.has(address) && strangers.size < mostStrangers) {
        strangers.set(address, via)
        onProblems()
      }
      return null
    },
    refused(device, why) {
      if ((refusals.get(device) ?? null) === why) return
      if (why === null) refusals.delete(device)
      else refusals.set(device, why)
      onProblems()
    },
    devicesChanged(devices) {
      // Of two devices at one address (units behind a gateway) the first speaks for it.
      byAddress = new Map(devices.toReversed().flatMap((it) => (it.address === undefined ? [] : [[it.address, it]])))
      const ids = new Set(devices.map((it) => it.id))
      for (const device of refusals.keys()) if (!ids.has(device)) refusals.delete(device)
      for (const address of strangers.keys()) if (byAddress.has(address)) strangers.delete(address)
      onProblems()
    },
    problems() {
      const unknown = [...strangers].map(([address, via]) => ({
        key: `listener/stranger/${address}`,
        code: 'listener/stranger',
        message: `${address} sends ${via === 'trap' ? 'SNMP notifications' : 'syslog'} but is no device of this site; add it, or stop it there.`,
      }))
      const wrong = [...refusals].map(([device, why]) => ({
        key: `listener/refused/${device}`,
        code: 'listener/refused',
        device,
        message: `SNMP notifications of ${device} are not taken: ${why}. Make both the same, at the device or here.`,
      }))
      return [...unknown, ...wrong]
    },
  }
}
