/** Messages of devices as states: which of them mean something here, and how things are after them. */
import type { LearnedPoint } from '../contract.ts'
import { attribute, child, children, textAt, type XmlNode } from './soap.ts'

type Kind = { id: string; name: string; topic: RegExp; good: string; bad: string; isFault: boolean }

/** By the topic without prefixes (ONVIF topic namespace, and what makers call theirs). */
const kinds: readonly Kind[] = [
  {
    ...{ id: 'tamper', name: 'Video tampering', topic: /GlobalSceneChange|Tamper/i },
    ...{ good: 'ok', bad: 'tampered', isFault: true },
  },
  {
    ...{ id: 'video', name: 'Video signal', topic: /(?:Signal|Video)Loss/i },
    ...{ good: 'ok', bad: 'no-video', isFault: true },
  },
  {
    ...{ id: 'storage', name: 'Storage', topic: /Storage(?:Failure|Error|Fault)|(?:Disk|Hdd)(?:Failure|Error|Fault)/i },
    ...{ good: 'ok', bad: 'failed', isFault: true },
  },
  {
    ...{ id: 'input', name: 'Digital input', topic: /DigitalInput/i },
    ...{ good: 'inactive', bad: 'active', isFault: false },
  },
]

/** `operation`: of a property (Core, section 9.4.2); empty for what only happens, and is never said to be over. */
export type DeviceEvent = { kind: Kind; source: string; isBad: boolean; operation: string }
export type EventState = { point: LearnedPoint; word: string | null; good: string; isProperty: boolean; atMs: number }

const mostStates = 32
/** What only happens is over when it has not happened for so long. */
const happeningMs = 3_600_000

export function readEvents(messages: readonly XmlNode[]): DeviceEvent[] {
  return messages.flatMap((it) => {
    const topic = textAt(it, 'Topic')
    const kind = kinds.find((kind) => kind.topic.test(topic))
    const message = child(child(it, 'Message'), 'Message')
    const flag = itemsOf(message, 'Data').find(({ value }) => /^(?:true|false|1|0)$/i.test(value))
    if (kind === undefined || flag === undefined) return []
    const source = itemsOf(message, 'Source')[0]?.value ?? ''
    const operation = attribute(message, 'PropertyOperation')
    return [{ kind, source: source.slice(0, 60), isBad: /^(?:true|1)$/i.test(flag.value), operation }]
  })
}

function itemsOf(message: XmlNode | undefined, part: 'Source' | 'Data'): { name: string; value: string }[] {
  return children(child(message, part), 'SimpleItem').map((it) => ({
    name: attribute(it, 'Name'),
    value: attribute(it, 'Value'),
  }))
}

/** Gives whether a fault began. */
export function keepEvent(
  states: Map<string, EventState>,
  { kind, source, isBad, operation }: DeviceEvent,
  nowMs: number,
): boolean {
  const instance = source.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')
  const id = instance === '' ? `event.${kind.id}` : `event.${kind.id}.${instance}`
  const before = states.get(id)
  if (before === undefined && states.size >= mostStates) return false
  const word = operation === 'Deleted' ? null : isBad ? kind.bad : kind.good
  states.set(id, {
    point: before?.point ?? pointOf(id, kind, source),
    word,
    good: kind.good,
    isProperty: operation !== '',
    atMs: nowMs,
  })
  return kind.isFault && word === kind.bad && before?.word !== kind.bad
}

function pointOf(id: string, { name, good, bad, isFault }: Kind, source: string): LearnedPoint {
  const point = { id, class: 'state', instance: source, name, unit: '', states: [good, bad] }
  return isFault ? { ...point, watch: { isDirect: true, states: [bad] } } : point
}

export function expired({ isProperty, word, atMs }: EventState, nowMs: number): boolean {
  return !isProperty && word !== null && nowMs - atMs > happeningMs
}

export function pointsOf(states: ReadonlyMap<string, EventState>): LearnedPoint[] {
  return [...states.values()].map((it) => it.point)
}
