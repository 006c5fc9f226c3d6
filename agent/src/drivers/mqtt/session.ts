/** One device behind a broker. */
import { isStewardError } from '@steward/shared/errors'
import type { ConnectionOf } from '@steward/shared/model'
import { certificateEnd, daysLeft } from '../certificate-end.ts'
import type { DriverSession, LearnedPoint, Limits, Reading } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { availabilityTopics } from './availability.ts'
import { isMatch } from './filters.ts'
import type { Link } from './link.ts'
import { readMessages } from './read.ts'

const latency = { id: 'mqtt.latency', class: 'latency', instance: '', name: 'Time to answer', unit: 's' }
const silence = { id: 'mqtt.silence', class: 'time', instance: '', name: 'Time since the last message', unit: 's' }

/** At the first poll, for what a device says by itself and the broker has not kept. */
const firstWordsMs = 1500

export function openMqttSession(connection: ConnectionOf<'mqtt'>, link: Link, release: () => void): DriverSession {
  const { values: configured, topics, availability } = connection
  const stated = availability === undefined ? [] : [availability.topic]
  const own = [...new Set([...configured.map((it) => it.topic), ...topics, ...stated])]
  const usual = availabilityTopics(connection)
  const who = {}
  let kept: string[] = []
  let isFirst = true
  let told = ''

  const subscribe = async (limits: Limits): Promise<void> => {
    await link.subscribe(limits)
    const extra = usual.filter((it) => !own.includes(it))
    if (!isFirst || extra.length === 0) return
    link.want(extra)
    try {
      await link.subscribe(limits)
      kept.push(...extra)
    } catch (error) {
      link.unwant(extra)
      // Some brokers end the connection of who asks for more than is allowed.
      if (!isStewardError(error, 'driver/unreachable')) throw error
      await link.open(who, limits)
      await link.subscribe(limits)
    }
  }
  const pointsIfNew = (points: LearnedPoint[]): { points?: LearnedPoint[] } => {
    const print = points.map((it) => it.id).join('\n')
    if (print === told) return {}
    told = print
    return { points }
  }

  return {
    check: (limits) =>
      checkOutcomeOf(async () => {
        if (!(await answers(link, limits))) await link.look(limits)
      }),
    async poll(limits) {
      await link.open(who, limits)
      // It may have ended without anybody having noticed.
      if (!(await answers(link, limits))) await link.open(who, limits)
      if (kept.length === 0) {
        kept = [...own]
        link.want(own)
      }
      await subscribe(limits)
      // Behind the answer to the subscription: what the broker has kept has come by then.
      const tookMs = await link.ping(limits)
      if (isFirst) await firstWords(connection, link, limits)
      isFirst = false
      const now = performance.now()
      const read = readMessages(connection, link, usual, now)
      const lastAtMs = lastOf(connection, link)
      const certificate = link.certificate()
      const complaint = link.messages.complaint(now)
      const values: Reading['values'] = {
        [latency.id]: tookMs / 1000,
        [silence.id]: lastAtMs === null ? null : (now - lastAtMs) / 1000,
        ...(certificate === null ? {} : { [certificateEnd.id]: daysLeft(certificate, Date.now()) }),
        ...read.values,
      }
      const points = [
        latency,
        silenceFor(connection),
        ...(certificate === null ? [] : [certificateEnd]),
        ...read.points,
      ]
      const errors = complaint === null ? read.errors : [...read.errors, { point: silence.id, message: complaint }]
      return { ...pointsIfNew(points), values, errors }
    },
    close() {
      link.unwant(kept)
      release()
    },
  }
}

/** Who says how old a value may be wants to know of a device that says nothing any more. */
function silenceFor({ staleAfterMs }: ConnectionOf<'mqtt'>): LearnedPoint {
  return staleAfterMs === undefined
    ? silence
    : { ...silence, limits: { high: staleAfterMs / 1000 }, watch: { isDirect: false } }
}

/** Whether the connection is alive; throws when it is there and does not answer. */
async function answers(link: Link, limits: Limits): Promise<boolean> {
  if (!link.isOpen()) return false
  try {
    await link.ping(limits)
    return true
  } catch (error) {
    if (isStewardError(error, 'driver/unreachable')) return false
    throw error
  }
}

/** Waits until every configured topic has said something, not long. */
function firstWords(
  { values, topics }: ConnectionOf<'mqtt'>,
  { messages }: Link,
  { timeoutMs, signal }: Limits,
): Promise<void> {
  const isComplete = (): boolean => topics.length === 0 && values.every((it) => messages.of(it.topic) !== undefined)
  if (isComplete() || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      unlisten()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const unlisten = messages.listen(() => isComplete() && end())
    const timer = setTimeout(end, Math.min(firstWordsMs, timeoutMs))
    signal.addEventListener('abort', end, { once: true })
  })
}

function lastOf({ values, topics }: ConnectionOf<'mqtt'>, { messages }: Link): number | null {
  const own = values.flatMap((it) => messages.of(it.topic)?.atMs ?? [])
  const others =
    topics.length === 0
      ? []
      : [...messages.all()].flatMap(([topic, it]) => (topics.some((filter) => isMatch(filter, topic)) ? it.atMs : []))
  const all = [...own, ...others]
  return all.length === 0 ? null : all.reduce((a, b) => Math.max(a, b))
}
