/** Notifications (RFC 1157 §4.1.6, RFC 3416 §4.2.6 and §4.2.7) out of PDUs, and the PDUs that answer them. */
import { BerError, BerReader, BerWriter } from '../engine/ber.ts'
import { encodeOid } from '../engine/oid.ts'
import { notificationTags, pduTags, readOid, readVarbinds, type Varbind } from '../engine/pdu.ts'

/** `oid`: what happened (snmpTrapOID.0); `varbinds` without the uptime and that OID. */
export type Notification = { kind: 'trap' | 'inform'; oid: string; varbinds: Varbind[] }

const sysUpTime = '1.3.6.1.2.1.1.3.0'
const snmpTrapOid = '1.3.6.1.6.3.1.1.4.1.0'
const standardTraps = '1.3.6.1.6.3.1.1.5'
const enterpriseSpecific = 6

/** The reader is at the PDU and behind it afterwards. Throws BerError for what is no notification. */
export function readNotification(reader: BerReader): Notification {
  const tag = reader.peek()
  if (tag === notificationTags.trapV1) return readTrapV1(reader.inside(tag))
  if (tag !== notificationTags.trap && tag !== notificationTags.inform)
    throw new BerError(`no notification: 0x${tag.toString(16)}`)
  const pdu = reader.inside(tag)
  for (let i = 0; i < 3; i += 1) pdu.integer()
  const all = readVarbinds(pdu)
  const what = all.find((it) => it.oid === snmpTrapOid)
  if (what?.type !== 'oid') throw new BerError('it does not say what happened')
  const varbinds = all.filter((it) => it.oid !== snmpTrapOid && it.oid !== sysUpTime)
  return { kind: tag === notificationTags.inform ? 'inform' : 'trap', oid: what.value, varbinds }
}

/** Enterprise and numbers become one OID as RFC 3584 §3.1 has it. */
function readTrapV1(pdu: BerReader): Notification {
  const enterprise = readOid(pdu)
  pdu.skip()
  const generic = pdu.integer()
  const specific = pdu.integer()
  if (generic < 0 || generic > enterpriseSpecific || specific < 0) throw new BerError('no such trap')
  pdu.skip()
  const oid = generic === enterpriseSpecific ? `${enterprise}.0.${specific}` : `${standardTraps}.${generic + 1}`
  return { kind: 'trap', oid, varbinds: readVarbinds(pdu) }
}

/** The same PDU as an answer: an inform is answered with all that it said (RFC 3416 §4.2.7). */
export function answerTo(inform: Buffer): Buffer {
  const answer = Buffer.from(inform)
  answer[0] = pduTags.response
  return answer
}

/** A Report-PDU (RFC 3414 §3.2) that names one of the usmStats counters. */
export function reportPdu(counter: string, count: number): Buffer {
  const writer = new BerWriter(200)
  const pdu = writer.mark
  const list = writer.mark
  writer.integer(count, 0x41)
  writer.octets(encodeOid(counter), 0x06)
  writer.close(0x30, list)
  writer.close(0x30, list)
  for (let i = 0; i < 3; i += 1) writer.integer(0)
  writer.close(pduTags.report, pdu)
  return Buffer.from(writer.view())
}

/** The bytes of the PDU at which a reader is. */
export function pduAt(reader: BerReader): Buffer {
  const start = reader.at
  const end = new BerReader(reader.buffer, start, reader.end)
  end.skip()
  return reader.buffer.subarray(start, end.at)
}
