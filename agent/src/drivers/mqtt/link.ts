/** One connection to one broker for all devices that use it with the same login; it comes back by itself. */

import type { PeerCertificate } from 'node:tls'
import { isStewardError, type StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { placeOf } from '../tcp-connect.ts'
import type { Broker } from './broker-socket.ts'
import { createMessages, type Messages } from './messages.ts'
import { type Login, openWire, type Wire } from './wire.ts'
import { within } from './within.ts'

export type Link = {
  where: string
  messages: Messages
  certificate(): PeerCertificate | null
  isOpen(): boolean
  /**
   * Connects, unless it is connected. A login that was refused is offered again only by a session that has been told of it (`who`): all
   * devices of a broker together offer a wrong one once, not each.
   */
  open(who: object, limits: Limits): Promise<void>
  /** Whether the broker answers, without a login that has not worked yet. */
  look(limits: Limits): Promise<void>
  /** ms there and back */
  ping(limits: Limits): Promise<number>
  /** Filters of a session, kept through new connections until `unwant`. */
  want(filters: readonly string[]): void
  unwant(filters: readonly string[]): void
  /** Subscribes to what is wanted and not yet subscribed to. */
  subscribe(limits: Limits): Promise<void>
  /** filters that the broker does not allow */
  isRefused(filter: string): boolean
  close(): void
}

const longestOpenMs = 10_000
const firstPauseMs = 1000
const longestPauseMs = 60_000
/** A connection whose other end was switched off looks alive; after as many unanswered pings a new one is tried. */
const pingsToGiveUp = 2

export function createLink(broker: Broker, login: Login | null): Link {
  const where = placeOf(broker.address, broker.port)
  const messages = createMessages()
  const wanted = new Map<string, number>()
  const ended = new AbortController()
  let subscribed = new Set<string>()
  let forbidden = new Set<string>()
  let wire: Wire | null = null
  let opening: Promise<Wire> | null = null
  let pinging: Promise<number> | null = null
  let missed = 0
  let pauseMs = firstPauseMs
  let timer: NodeJS.Timeout | null = null
  let hasWorked = false
  let refusal: { error: StewardError; told: WeakSet<object> } | null = null

  const lost = (): void => {
    wire = null
    pinging = null
    missed = 0
    if (ended.signal.aborted || refusal !== null || timer !== null) return
    timer = setTimeout(comeBack, pauseMs * (0.5 + Math.random()))
    timer.unref()
    pauseMs = Math.min(2 * pauseMs, longestPauseMs)
  }
  const comeBack = (): void => {
    timer = null
    const limits = { timeoutMs: longestOpenMs, signal: ended.signal }
    // What fails is told to whoever polls next, and tried again by `lost`.
    connect(longestOpenMs)
      .then(() => subscribe(limits))
      .catch(() => undefined)
  }
  const connect = (timeoutMs: number): Promise<Wire> => {
    if (wire?.isOpen() === true) return Promise.resolve(wire)
    opening ??= openWire(
      broker,
      login,
      { received: (it) => messages.take(it, performance.now()), closed: lost },
      { timeoutMs: Math.min(timeoutMs, longestOpenMs), signal: ended.signal },
    )
      .then(
        (opened) => {
          wire = opened
          hasWorked = true
          refusal = null
          pauseMs = firstPauseMs
          subscribed = new Set()
          forbidden = new Set()
          return opened
        },
        (error: unknown) => {
          if (isStewardError(error, 'driver/refused-credentials')) refusal = { error, told: new WeakSet() }
          if (hasWorked) lost()
          throw error
        },
      )
      .finally(() => {
        opening = null
      })
    return opening
  }
  const subscribe = async (limits: Limits): Promise<void> => {
    const missing = [...wanted.keys()].filter((it) => !subscribed.has(it))
    if (missing.length === 0) return
    const on = await within(connect(limits.timeoutMs), where, limits)
    for (const filter of await on.subscribe(missing, limits)) forbidden.add(filter)
    for (const filter of missing) subscribed.add(filter)
  }

  return {
    where,
    messages,
    certificate: () => wire?.certificate ?? null,
    isOpen: () => wire?.isOpen() === true,
    async open(who, limits) {
      if (refusal !== null && !refusal.told.has(who)) {
        refusal.told.add(who)
        throw refusal.error
      }
      try {
        await within(connect(limits.timeoutMs), where, limits)
      } catch (error) {
        refusal?.told.add(who)
        throw error
      }
    },
    async look(limits) {
      const isKnown = login === null || (hasWorked && refusal === null)
      try {
        if (isKnown) await within(connect(limits.timeoutMs), where, limits)
        else (await openWire(broker, null, nobody, limits)).close()
      } catch (error) {
        // It answers, and wants a login; whether ours is right is for a poll to find out.
        if (!isStewardError(error, 'driver/no-secret')) throw error
      }
    },
    async ping(limits) {
      const on = await within(connect(limits.timeoutMs), where, limits)
      pinging ??= on
        .ping({ timeoutMs: Math.max(limits.timeoutMs, longestOpenMs), signal: ended.signal })
        .finally(() => {
          pinging = null
        })
      try {
        const tookMs = await within(pinging, where, limits)
        missed = 0
        return tookMs
      } catch (error) {
        missed += 1
        if (missed >= pingsToGiveUp && !limits.signal.aborted) {
          on.close()
          lost()
        }
        throw error
      }
    },
    want(filters) {
      for (const it of filters) wanted.set(it, (wanted.get(it) ?? 0) + 1)
    },
    unwant(filters) {
      const gone = filters.filter((it) => (wanted.get(it) ?? 0) <= 1)
      for (const it of filters) wanted.set(it, (wanted.get(it) ?? 1) - 1)
      for (const it of gone) {
        wanted.delete(it)
        subscribed.delete(it)
        messages.forget(it)
      }
      if (gone.length > 0) wire?.unsubscribe(gone)
    },
    subscribe,
    isRefused: (filter) => forbidden.has(filter),
    close() {
      ended.abort()
      if (timer !== null) clearTimeout(timer)
      timer = null
      wire?.close()
      wire = null
    },
  }
}

const nobody = { received: () => undefined, closed: () => undefined }
