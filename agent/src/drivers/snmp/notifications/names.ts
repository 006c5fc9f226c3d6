/** Names of what standard MIBs notify of and tell with it; anything else keeps its OID. */
import type { Varbind } from '../engine/index.ts'
import { textOf } from '../read/raw-text.ts'
import type { Notification } from './notification.ts'

const notifications: Record<string, string> = {
  '1.3.6.1.6.3.1.1.5.1': 'coldStart',
  '1.3.6.1.6.3.1.1.5.2': 'warmStart',
  '1.3.6.1.6.3.1.1.5.3': 'linkDown',
  '1.3.6.1.6.3.1.1.5.4': 'linkUp',
  '1.3.6.1.6.3.1.1.5.5': 'authenticationFailure',
  '1.3.6.1.6.3.1.1.5.6': 'egpNeighborLoss',
  '1.3.6.1.2.1.17.0.1': 'newRoot',
  '1.3.6.1.2.1.17.0.2': 'topologyChange',
  '1.3.6.1.2.1.33.2.1': 'upsTrapOnBattery',
  '1.3.6.1.2.1.33.2.2': 'upsTrapTestCompleted',
  '1.3.6.1.2.1.33.2.3': 'upsTrapAlarmEntryAdded',
  '1.3.6.1.2.1.33.2.4': 'upsTrapAlarmEntryRemoved',
  '1.3.6.1.2.1.43.18.2.0.1': 'printerV2Alert',
  '1.3.6.1.2.1.47.2.0.1': 'entConfigChange',
  '1.3.6.1.2.1.105.0.1': 'pethPsePortOnOffNotification',
  '1.3.6.1.2.1.105.0.2': 'pethMainPowerUsageOnNotification',
  '1.3.6.1.2.1.105.0.3': 'pethMainPowerUsageOffNotification',
  '1.0.8802.1.1.2.0.0.1': 'lldpRemTablesChange',
}

const linkState: Record<string, string> = {
  1: 'up',
  2: 'down',
  3: 'testing',
  4: 'unknown',
  5: 'dormant',
  6: 'notPresent',
}

type Column = { name: string; words?: Record<string, string> }

const columns: Record<string, Column> = {
  '1.3.6.1.2.1.2.2.1.1': { name: 'ifIndex' },
  '1.3.6.1.2.1.2.2.1.2': { name: 'ifDescr' },
  '1.3.6.1.2.1.2.2.1.7': { name: 'ifAdminStatus', words: linkState },
  '1.3.6.1.2.1.2.2.1.8': { name: 'ifOperStatus', words: linkState },
  '1.3.6.1.2.1.31.1.1.1.1': { name: 'ifName' },
  '1.3.6.1.2.1.31.1.1.1.18': { name: 'ifAlias' },
  '1.3.6.1.2.1.1.5': { name: 'sysName' },
  '1.3.6.1.2.1.1.6': { name: 'sysLocation' },
  '1.3.6.1.2.1.33.1.2.2': { name: 'upsSecondsOnBattery' },
  '1.3.6.1.2.1.33.1.2.3': { name: 'upsEstimatedMinutesRemaining' },
  '1.3.6.1.2.1.33.1.6.2.1.2': { name: 'upsAlarmDescr' },
  '1.3.6.1.2.1.105.1.1.1.6': {
    name: 'pethPsePortDetectionStatus',
    words: { 1: 'disabled', 2: 'searching', 3: 'deliveringPower', 4: 'fault', 5: 'test', 6: 'otherFault' },
  },
  '1.3.6.1.6.3.1.1.4.3': { name: 'snmpTrapEnterprise' },
  '1.3.6.1.6.3.18.1.3': { name: 'snmpTrapAddress' },
}

const maxFields = 32

/** `name` of what happened, `fields` by name of the variable with its instance, `text` the same in one line. */
export type Told = { name: string; text: string; fields: Record<string, string> }

export function told({ oid, varbinds }: Notification): Told {
  const name = notifications[oid] ?? oid
  const list = varbinds.slice(0, maxFields).map((it) => toldOf(it))
  const fields = Object.fromEntries(list)
  const text = list.map(([key, value]) => `${key} ${value}`).join(', ')
  return { name: name.slice(0, 200), text: text.slice(0, 1000), fields }
}

function toldOf(varbind: Varbind): [string, string] {
  const { column, instance } = placeOf(varbind.oid)
  const value = textOf(varbind).replace(/\p{Cc}+/gu, ' ')
  const word = column?.words?.[value]
  const name = column === undefined ? varbind.oid : instance === '' ? column.name : `${column.name}.${instance}`
  return [name.slice(0, 120), (word ?? value).slice(0, 500)]
}

/** The longest known beginning of an OID; what follows is the instance, none where it is 0. */
function placeOf(oid: string): { column: Column | undefined; instance: string } {
  for (let end = oid.lastIndexOf('.'); end > 0; end = oid.lastIndexOf('.', end - 1)) {
    const column = columns[oid.slice(0, end)]
    if (column === undefined) continue
    const instance = oid.slice(end + 1)
    return { column, instance: instance === '0' ? '' : instance }
  }
  return { column: undefined, instance: '' }
}
