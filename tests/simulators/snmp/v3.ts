/** SNMPv3 messages (RFC 3412 and 3414) of one engine with one authPriv user: discovery, time window, reports, answers. */
import {
  bytesOf,
  childrenOf,
  integer,
  octets,
  oid,
  parseOid,
  readInteger,
  readTlv,
  tags,
  tlv,
  unsigned,
} from './ber.ts'
import { pduTags, type Request, readPdu, writePdu } from './pdu.ts'
import { authProtocols, decrypt, type EngineClock, encrypt, isAuthentic, macOf, type UsmUser } from './usm.ts'

export type Engine = { id: Buffer; user: UsmUser; clock: () => EngineClock; refuses: () => boolean }
export type Heard =
  | { report: Buffer }
  | { request: Request; reply: (pdu: Buffer) => Buffer }
  /** not to be answered */
  | null

type Flags = { auth: boolean; priv: boolean; reportable: boolean }

const maxMessageBytes = 65_507
const windowSeconds = 150
const usmSecurityModel = 3
/** RFC 3414, section 5. */
const reports = {
  unsupportedLevel: 1,
  notInWindow: 2,
  unknownUser: 3,
  unknownEngine: 4,
  wrongDigest: 5,
  decryption: 6,
} as const

/** Bytes that a message adds around its PDU, at most. */
export const v3OverheadBytes = 160

export function createV3(engine: Engine): (message: Buffer) => Heard {
  const counts = new Map<keyof typeof reports, number>()
  return (message) => {
    const head = readHead(message)
    if (head === null) return null
    const { flags, messageId } = head
    const report = (name: keyof typeof reports, authentic = false): Heard => {
      if (!flags.reportable) return null
      counts.set(name, (counts.get(name) ?? 0) + 1)
      const stat = tlv(
        tags.sequence,
        oid(parseOid(`1.3.6.1.6.3.15.1.1.${reports[name]}.0`)),
        unsigned(tags.counter32, counts.get(name) ?? 0),
      )
      const pdu = writePdu(pduTags.report, 0, [stat])
      return { report: writeMessage(engine, messageId, { auth: authentic, priv: false }, pdu) }
    }
    if (!head.engineId.equals(engine.id)) return report('unknownEngine')
    if (head.userName !== engine.user.name) return report('unknownUser')
    if (!flags.auth || !flags.priv) return report('unsupportedLevel')
    if (engine.refuses() || !isAuthentic(engine.user, message, head.mac.from, head.mac.to - head.mac.from))
      return report('wrongDigest')
    const now = engine.clock()
    if (head.clock.boots !== now.boots || Math.abs(head.clock.time - now.time) > windowSeconds)
      return report('notInWindow', true)
    try {
      const scoped = decrypt(engine.user, head.clock, head.salt, bytesOf(message, head.data))
      const [, , pdu] = childrenOf(scoped, readTlv(scoped, 0))
      if (pdu === undefined) return report('decryption')
      const request = readPdu(scoped, pdu)
      return { request, reply: (body) => writeMessage(engine, messageId, { auth: true, priv: true }, body) }
    } catch {
      return report('decryption')
    }
  }
}

/** Null for what is no message of this security model. Throws RangeError for what is cut off. */
function readHead(message: Buffer) {
  const [, header, parameters, data] = childrenOf(message, readTlv(message, 0))
  if (header === undefined || parameters === undefined || data === undefined) return null
  const [id, , flagBytes, model] = childrenOf(message, header)
  if (id === undefined || flagBytes === undefined || model === undefined) return null
  if (readInteger(message, model) !== usmSecurityModel) return null
  const [engineId, boots, time, userName, mac, salt] = childrenOf(message, readTlv(message, parameters.from))
  if (engineId === undefined || boots === undefined || time === undefined) return null
  if (userName === undefined || mac === undefined || salt === undefined) return null
  const bits = message[flagBytes.from] ?? 0
  const flags: Flags = { auth: (bits & 1) !== 0, priv: (bits & 2) !== 0, reportable: (bits & 4) !== 0 }
  return {
    messageId: readInteger(message, id),
    flags,
    engineId: bytesOf(message, engineId),
    clock: { boots: readInteger(message, boots), time: readInteger(message, time) },
    userName: bytesOf(message, userName).toString(),
    mac,
    salt: bytesOf(message, salt),
    data,
  }
}

function writeMessage(engine: Engine, messageId: number, flags: Omit<Flags, 'reportable'>, pdu: Buffer): Buffer {
  const clock = engine.clock()
  const scoped = tlv(tags.sequence, octets(engine.id), octets(''), pdu)
  const sealed = flags.priv ? encrypt(engine.user, clock, scoped) : null
  const mac = Buffer.alloc(flags.auth ? authProtocols[engine.user.protocol].macBytes : 0)
  const write = (): Buffer =>
    tlv(
      tags.sequence,
      integer(3),
      tlv(
        tags.sequence,
        integer(messageId),
        integer(maxMessageBytes),
        octets(Buffer.from([(flags.auth ? 1 : 0) | (flags.priv ? 2 : 0)])),
        integer(usmSecurityModel),
      ),
      octets(
        tlv(
          tags.sequence,
          octets(engine.id),
          integer(clock.boots),
          integer(clock.time),
          octets(flags.auth ? engine.user.name : ''),
          octets(mac),
          octets(sealed?.salt ?? ''),
        ),
      ),
      sealed === null ? scoped : octets(sealed.data),
    )
  const message = write()
  if (!flags.auth) return message
  macOf(engine.user, message).copy(mac)
  return write()
}
