/** Who may notify and of what: checks each datagram against the credentials that the device is polled with. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { BerReader } from '../engine/ber.ts'
import type { SnmpTarget } from '../engine/contract.ts'
import {
  type EngineState,
  isAsPrivateAs,
  isAuthentic,
  openScopedPdu,
  peekMessage,
  readScopedPdu,
  readV3Header,
  type V3Header,
  versions,
  writeV3Message,
} from '../engine/message.ts'
import { type LocalKeys, localKeys, type UsmUser } from '../engine/usm.ts'
import { answerTo, type Notification, pduAt, readNotification, reportPdu } from './notification.ts'

/** This side as an SNMP engine of its own, which is whom informs are for (RFC 3414 §1.5.1). */
export type OwnEngine = { id: Buffer; boots: number }

/** `reply` goes back to where the datagram came from. `refused`: not by these credentials; `why` is for a person. */
export type Heard =
  | { type: 'notification'; notification: Notification; reply: Buffer | null }
  | { type: 'reply'; reply: Buffer }
  | { type: 'refused'; why: string }

export type NotificationReader = {
  /** `targets`: as whom this sender is polled. Throws BerError for what is no message. */
  take(datagram: Buffer, sender: string, targets: readonly SnmpTarget[]): Heard
  /** Forgets what it knows of senders that are no longer there. */
  keepOnly(senders: ReadonlySet<string>): void
}

type V3Target = Extract<SnmpTarget, { version: 'v3' }>
type Sealed = { header: V3Header; id: number; keys: LocalKeys; user: UsmUser }
/** As whom and in which context this side answers. */
type As = { user: string; keys: LocalKeys; contextEngineId?: Buffer; context: Buffer }
type Seen = { engineId: Buffer; user: string; keys: LocalKeys; boots: number; time: number; atMs: number }

const usmStats = { notInTimeWindow: '1.3.6.1.6.3.15.1.1.2.0', unknownEngineId: '1.3.6.1.6.3.15.1.1.4.0' } as const
const noKeys: LocalKeys = { auth: null, priv: null }
const none = Buffer.alloc(0)
/** RFC 3414 §3.2: a message may be as old. */
const windowS = 150

/** `nowMs`: a monotonic clock. */
export function createNotificationReader(own: OwnEngine, nowMs: () => number): NotificationReader {
  const startedMs = nowMs()
  const seen = new Map<string, Seen>()
  let reports = 0
  const ownState = (): EngineState => {
    return { ...own, time: Math.floor((nowMs() - startedMs) / 1000), learnedAtMs: 0 }
  }

  const toSender = (messageId: number, pdu: Buffer, { user, keys, ...context }: As): Buffer => {
    const engine = ownState()
    const security = { user: Buffer.from(user), keys }
    return writeV3Message({
      ...{ messageId, pdu, engine, engineTime: engine.time, security },
      ...{ ...context, isReportable: false },
    })
  }

  const report = (id: number, counter: string, user: string, keys: LocalKeys): Heard => {
    reports = (reports + 1) >>> 0
    return { type: 'reply', reply: toSender(id, reportPdu(counter, reports), { user, keys, context: none }) }
  }

  const keysAt = (sender: string, user: UsmUser, engineId: Buffer): Seen => {
    const kept = seen.get(`${sender} ${engineId.equals(own.id)}`)
    if (kept?.engineId.equals(engineId) === true && kept.user === JSON.stringify(user)) return kept
    return {
      ...{ engineId, user: JSON.stringify(user), keys: localKeys(user, engineId) },
      ...{ boots: 0, time: 0, atMs: nowMs() },
    }
  }

  const takeInform = (it: Sealed, own: EngineState): Heard => {
    const { header, keys, user, id } = it
    const isLate = header.boots !== own.boots || Math.abs(own.time - header.time) > windowS
    // What nobody signed has no time either.
    if (keys.auth !== null && isLate) return report(id, usmStats.notInTimeWindow, user.name, { ...keys, priv: null })
    const reader = openScopedPdu(header, keys)
    const as: As = { user: user.name, keys, contextEngineId: reader.octets(), context: reader.octets() }
    const pdu = pduAt(reader)
    const notification = readNotification(reader)
    // The sender takes an answer from the context that it named, and from no other.
    const reply = notification.kind === 'inform' ? toSender(id, answerTo(pdu), as) : null
    return { type: 'notification', notification, reply }
  }

  const takeV3 = (datagram: Buffer, sender: string, targets: readonly V3Target[]): Heard => {
    const { id } = peekMessage(datagram)
    const header = readV3Header(datagram)
    if (header.engineId.length === 0) return report(id, usmStats.unknownEngineId, '', noKeys)
    const name = header.user.toString('utf8')
    const target = targets.find((it) => it.user.name === name)
    if (target === undefined)
      return { type: 'refused', why: 'it speaks as a version 3 user that is not the one of the device' }
    const known = keysAt(sender, target.user, header.engineId)
    const { keys } = known
    if (keys.auth !== null && !isAuthentic(datagram, header, keys.auth))
      return { type: 'refused', why: 'its authentication pass phrase or protocol is not the one of the device' }
    if (!isAsPrivateAs(header, keys))
      return { type: 'refused', why: 'its security level is not the one of the device (encrypted or not)' }
    const place = `${sender} ${header.engineId.equals(own.id)}`
    if (header.engineId.equals(own.id)) {
      seen.set(place, known)
      return takeInform({ header, id, keys, user: target.user }, ownState())
    }
    if (keys.auth !== null && isOld(known, header, nowMs()))
      return { type: 'refused', why: 'an old message came again, or the device’s engine time went back' }
    seen.set(place, { ...known, boots: header.boots, time: header.time, atMs: nowMs() })
    return { type: 'notification', notification: readNotification(readScopedPdu(header, keys)), reply: null }
  }

  return {
    take(datagram, sender, targets) {
      const version = versionOf(datagram)
      if (version === versions.v3) return takeV3(datagram, sender, targets.filter(isV3))
      return takeCommunity(datagram, targets)
    },
    keepOnly(senders) {
      for (const place of seen.keys()) if (!senders.has(place.slice(0, place.indexOf(' ')))) seen.delete(place)
    },
  }
}

function isV3(target: SnmpTarget): target is V3Target {
  return target.version === 'v3'
}

function versionOf(datagram: Buffer): number {
  return new BerReader(datagram).inside(0x30).integer()
}

/** RFC 3414 §3.2 step 7b, for an engine that is the authority of its own time. */
function isOld(known: Seen, { boots, time }: V3Header, nowMs: number): boolean {
  if (boots !== known.boots) return boots < known.boots
  return time < known.time + Math.floor((nowMs - known.atMs) / 1000) - windowS
}

function takeCommunity(datagram: Buffer, targets: readonly SnmpTarget[]): Heard {
  const outer = new BerReader(datagram).inside(0x30)
  outer.integer()
  const community = outer.octets()
  const isKnown = targets.some((it) => it.version !== 'v3' && isSame(Buffer.from(it.community), community))
  if (!isKnown) return { type: 'refused', why: 'its community is not the one of the device' }
  const { at } = outer
  const notification = readNotification(outer)
  if (notification.kind === 'trap') return { type: 'notification', notification, reply: null }
  const reply = Buffer.from(datagram)
  answerTo(datagram.subarray(at)).copy(reply, at)
  return { type: 'notification', notification, reply }
}

/** In constant time whatever the lengths. */
function isSame(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}
