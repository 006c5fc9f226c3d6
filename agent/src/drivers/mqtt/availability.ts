/** Whether a device is there, as it says itself or its last will does (MQTT 3.1.1, section 3.1.2.5). */
import type { ConnectionOf } from '@steward/shared/model'
import type { LearnedPoint } from '../contract.ts'
import { readDocument } from '../document.ts'
import { follow } from '../document-path.ts'

export const available: LearnedPoint = {
  id: 'available',
  class: 'state',
  instance: '',
  name: 'Availability',
  unit: '',
  states: ['online', 'offline'],
  watch: { isDirect: true, states: ['offline'] },
}

/** Where firmware of many makers says it: Tasmota, Zigbee2MQTT, ESPHome, Shelly, Homie. */
const usualNames = ['LWT', 'availability', 'status', 'online', '$state']
const levelsUp = 3
const maxTopics = 60

const onlineWords = new Set(['online', 'true', '1', 'connected', 'ready', 'sleeping', 'alert', 'init', 'alive', 'up'])
const offlineWords = new Set(['offline', 'false', '0', 'disconnected', 'lost', 'dead', 'down'])

/** Beside and above the topics that a device publishes to; the nearest first. */
export function availabilityTopics({ availability, values, topics }: ConnectionOf<'mqtt'>): string[] {
  if (availability !== undefined) return [availability.topic]
  const bases = [...values.map((it) => it.topic), ...topics.flatMap(baseOf)]
  const found = new Set<string>()
  for (let up = 0; up <= levelsUp; up += 1)
    for (const base of bases) {
      const levels = base.split('/')
      const kept = levels.slice(0, levels.length - up)
      if (kept.length === 0 || kept.join('') === '') continue
      for (const name of usualNames) found.add([...kept, name].join('/'))
    }
  return [...found].slice(0, maxTopics)
}

/** What a filter has before its first wildcard. */
function baseOf(filter: string): string[] {
  const levels = filter.split('/')
  const end = levels.findIndex((it) => it === '+' || it === '#')
  const base = end < 0 ? levels : levels.slice(0, end)
  return base.length === 0 ? [] : [base.join('/')]
}

/** Null: the payload says nothing of it. As text, or as `state` in JSON. */
export function availabilityIn(
  payload: string,
  stated: ConnectionOf<'mqtt'>['availability'],
): 'online' | 'offline' | null {
  const document = readDocument(payload)
  const state =
    document.format === 'json' ? follow(document, document.root, [{ kind: 'child', name: 'state' }]) : undefined
  const word = String(state ?? payload).trim()
  if (stated?.online !== undefined && word === stated.online) return 'online'
  if (stated?.offline !== undefined && word === stated.offline) return 'offline'
  const plain = word.toLowerCase()
  if (offlineWords.has(plain)) return 'offline'
  return onlineWords.has(plain) ? 'online' : null
}
