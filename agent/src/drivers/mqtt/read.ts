/** The values of a device out of the last messages of its topics. */
import type { ConnectionOf, PointValue } from '@steward/shared/model'
import type { LearnedPoint, Reading } from '../contract.ts'
import { type Document, readDocument } from '../document.ts'
import { follow, parsePath } from '../document-path.ts'
import { pointValueOf } from '../document-value.ts'
import { availabilityIn, available } from './availability.ts'
import { isMatch } from './filters.ts'
import { leavesOf } from './leaves.ts'
import type { Link } from './link.ts'
import type { Message } from './messages.ts'

type Mqtt = ConnectionOf<'mqtt'>
type Read = Required<Pick<Reading, 'points' | 'values' | 'errors'>>

const maxLearned = 500

export function readMessages(connection: Mqtt, link: Link, availability: readonly string[], nowMs: number): Read {
  const read: Read = { points: [], values: {}, errors: [] }
  readConfigured(connection, link, nowMs, read)
  readLearned(connection, link, nowMs, read)
  const isThere = stateOf(connection, link, availability)
  if (isThere !== null || connection.availability !== undefined) {
    read.points.push(available)
    read.values[available.id] = isThere
  }
  return read
}

function readConfigured(connection: Mqtt, link: Link, nowMs: number, into: Read): void {
  const documents = new Map<string, Document>()
  for (const spec of connection.values) {
    into.points.push(pointOf(spec))
    const message = link.messages.of(spec.topic)
    const missing = problemOf(link, spec.topic, message, spec.staleAfterMs ?? connection.staleAfterMs, nowMs)
    const read = missing ?? valueIn(message, spec, documents)
    into.values[spec.id] = typeof read === 'string' || 'problem' in read ? null : read.value
    if (typeof read === 'string') into.errors.push({ point: spec.id, message: read })
    else if ('problem' in read) into.errors.push({ point: spec.id, message: `${read.problem} in ${spec.topic}` })
  }
}

function pointOf({ id, class: kind, name, unit, topic, path, states }: Mqtt['values'][number]): LearnedPoint {
  const words = states === undefined ? {} : { states: [...new Set(Object.values(states))] }
  return { id, class: kind, instance: '', name, unit, source: path === '' ? topic : `${topic} ${path}`, ...words }
}

/** Why a topic gives no value now, null when it does. */
function problemOf(
  link: Link,
  topic: string,
  message: Message | undefined,
  staleAfterMs: number | undefined,
  nowMs: number,
): string | null {
  if (link.isRefused(topic)) return `the broker does not let this user subscribe to ${topic}`
  if (message === undefined) return `nothing came on ${topic} yet`
  if (message.payload === 'too-long') return `the message on ${topic} is too long`
  const ageMs = nowMs - message.atMs
  return staleAfterMs !== undefined && ageMs > staleAfterMs
    ? `nothing came on ${topic} for ${Math.round(ageMs / 1000)} s`
    : null
}

function valueIn(
  message: Message | undefined,
  spec: Mqtt['values'][number],
  documents: Map<string, Document>,
): { value: PointValue } | { problem: string } {
  const payload = message === undefined || message.payload === 'too-long' ? '' : message.payload.toString('utf8')
  const document = documents.get(spec.topic) ?? readDocument(payload)
  documents.set(spec.topic, document)
  if (document.format === 'none') return { problem: document.problem }
  const steps = parsePath(spec.path)
  if (steps === null) return { problem: `"${spec.path}" is no path` }
  // All of it: a payload that looks like `a=b` or like XML is still the text that it is.
  const whole = spec.path === '' && document.format !== 'json' ? payload : follow(document, document.root, steps)
  return pointValueOf(document, whole, spec)
}

function readLearned({ topics, staleAfterMs }: Mqtt, link: Link, nowMs: number, into: Read): void {
  for (const filter of topics)
    if (link.isRefused(filter))
      into.errors.push({ point: '', message: `the broker does not let this user subscribe to ${filter}` })
  if (topics.length === 0) return
  const known = new Set(into.points.map((it) => it.id))
  for (const [topic, { payload, atMs }] of link.messages.all()) {
    if (payload === 'too-long' || !topics.some((it) => isMatch(it, topic))) continue
    const isStale = staleAfterMs !== undefined && nowMs - atMs > staleAfterMs
    for (const { point, value } of leavesOf(topic, payload.toString('utf8'))) {
      if (known.size >= maxLearned || known.has(point.id)) continue
      known.add(point.id)
      into.points.push(point)
      into.values[point.id] = isStale ? null : value
    }
  }
}

/** The nearest topic that says it; null where none does. */
function stateOf({ availability }: Mqtt, link: Link, topics: readonly string[]): 'online' | 'offline' | null {
  for (const topic of topics) {
    const payload = link.messages.of(topic)?.payload
    const state =
      payload === undefined || payload === 'too-long' ? null : availabilityIn(payload.toString('utf8'), availability)
    if (state !== null) return state
  }
  return null
}
