/** SNMP v1, v2c and v3: what a target is and has by device profiles, standard MIBs first; one socket for all targets. */
import type { Driver } from '../contract.ts'
import { createSnmpEngine, type SnmpEngine } from './engine/index.ts'
import { createAlike } from './learn/index.ts'
import type { Profile } from './profiles/profile.ts'
import { openSnmpSession } from './session.ts'

export {
  BerError,
  createNotificationReader,
  type NotificationReader,
  type OwnEngine,
  snmpTargetsOf,
  told,
} from './notifications/index.ts'
export { snmpProfileJsonSchema } from './profiles/json-schema.ts'
export { type LoadedProfiles, loadProfiles, writeProfileHeads } from './profiles/load.ts'
export type { Profile } from './profiles/profile.ts'
export { recordSnmp, type SnmpRecording } from './record/index.ts'

export function createSnmpDriver(profiles: readonly Profile[]): Driver<'snmp'> {
  let engine: SnmpEngine | null = null
  const alike = createAlike()
  return {
    name: 'snmp',
    // Versions 1 and 2c are tried with the customary community; version 3 cannot be read without pass phrases.
    needsSecret: (connection) => connection.version === 'v3',
    open(target) {
      engine ??= createSnmpEngine()
      return openSnmpSession(engine, profiles, alike, target)
    },
    close() {
      engine?.close()
      engine = null
    },
  }
}
