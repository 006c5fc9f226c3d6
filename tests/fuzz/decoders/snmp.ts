/** SNMP answers: communities and the User-based Security Model, up to the values (RFC 3416, RFC 3414). */
import { isStewardError } from '@steward/shared/errors'
import { BerError } from '../../../agent/src/drivers/snmp/engine/ber.ts'
import { SnmpFailure } from '../../../agent/src/drivers/snmp/engine/contract.ts'
import { prepareGet, readAnswer, varbindOf } from '../../../agent/src/drivers/snmp/engine/get-question.ts'
import { peekMessage, readCommunityResponse, writeV3Message } from '../../../agent/src/drivers/snmp/engine/message.ts'
import { localKeys } from '../../../agent/src/drivers/snmp/engine/usm.ts'
import { createV3Session } from '../../../agent/src/drivers/snmp/engine/v3-session.ts'
import { integer, octets, oid, parseOid, tags, tlv, unsigned } from '../../simulators/snmp/ber.ts'
import { pduTags, writePdu } from '../../simulators/snmp/pdu.ts'
import type { Chance } from '../chance.ts'
import { type Decoder, hex } from '../decoder.ts'

const asked = ['1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.31.1.1.1.6.1', '1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.1.2.0']
const varbind = (name: string, value: Buffer): Buffer => tlv(tags.sequence, oid(parseOid(name)), value)
const values = [
  varbind(asked[0] ?? '', unsigned(0x43, 4_294_967_295)),
  varbind(asked[1] ?? '', unsigned(0x46, 18_446_744_073_709_551_615n)),
  varbind(asked[2] ?? '', octets('switch-1')),
  varbind(asked[3] ?? '', oid(parseOid('1.3.6.1.4.1.318.1.3.27'))),
]
const others = [
  varbind('1.3.6.1.2.1.2.2.1.8.1', integer(-1)),
  varbind('1.3.6.1.2.1.4.20.1.1.10.0.0.1', tlv(0x40, Buffer.from([10, 0, 0, 1]))),
  varbind('1.3.6.1.4.1.9.9.1', tlv(0x44, Buffer.from('9f780442280000', 'hex'))),
  varbind('1.3.6.1.2.1.1.9.0', tlv(0x81)),
  varbind('1.3.6.1.2.1.1.99', tlv(0x82)),
  varbind('1.3.6.1.2.1.2.2.1.10.1', unsigned(0x41, 1)),
  varbind('1.3.6.1.2.1.1.7.0', tlv(0x05)),
]
const id = 0x0100_0001
const message = (version: number, pdu: Buffer): Buffer => tlv(tags.sequence, integer(version), octets('public'), pdu)
const tokens = hex('30 80', '04 84 ff ff ff ff', '02 09', '06 81 ff', '46 09 00', '05 00', 'a2', 'a8', '30 82 ff ff')
const nests = [[Buffer.from([0x30, 0x82, 0x10, 0x00]), Buffer.alloc(0)] as const]
const isRefusal = (error: unknown): boolean =>
  error instanceof BerError || error instanceof SnmpFailure || isStewardError(error)

export const snmpCommunity: Decoder = {
  corpus: [
    message(1, writePdu(pduTags.response, id, values)),
    message(1, writePdu(pduTags.response, id, others)),
    message(0, writePdu(pduTags.response, id, values, 2, 1)),
    message(1, writePdu(pduTags.response, id, Array.from({ length: 40 }, () => others).flat())),
  ],
  tokens,
  nests,
  isRefusal,
  open() {
    const question = prepareGet(asked)
    return {
      decode(bytes) {
        const { pduAt } = peekMessage(bytes)
        const answer = readAnswer(question, bytes, pduAt)
        for (const [i, name] of asked.entries()) if (answer !== null) varbindOf(answer, i, name)
        readCommunityResponse(bytes, asked)
        return readCommunityResponse(bytes)
      },
    }
  },
}

const engine = { id: Buffer.from('80001f8804abcdef01', 'hex'), boots: 3, time: 77, learnedAtMs: 0 }
const user = {
  name: 'fuzz',
  auth: { protocol: 'sha', passphrase: 'authpass1' },
  priv: { protocol: 'aes', passphrase: 'privpass1' },
} as const
const context = Buffer.alloc(0)
const report = (name: string): Buffer =>
  writePdu(pduTags.report, id, [varbind(`1.3.6.1.6.3.15.1.1.${name}.0`, unsigned(0x41, 7))])
const pdus = [writePdu(pduTags.response, id, values), writePdu(pduTags.response, id, others), report('2'), report('4')]

/** As a target writes it: the PDU may be anything, all around it is right. */
function sealed(pdu: Uint8Array, secret: boolean): Buffer {
  const keys = secret ? localKeys(user, engine.id) : { auth: null, priv: null }
  const security = { user: Buffer.from(user.name), keys }
  return writeV3Message({ messageId: id, pdu, engine, engineTime: 77, security, context })
}

/** Messages that are wrong all over, and at times right ones around a PDU that is wrong. */
export const snmpUsm: Decoder = {
  corpus: [...pdus.map((it) => sealed(it, true)), ...pdus.map((it) => sealed(it, false)), ...pdus, ...pdus],
  tokens,
  nests,
  isRefusal,
  open() {
    // Pass phrases are hashed once and kept; that is not part of any message.
    sealed(context, true)
    const target = { address: '127.0.0.1', port: 161, version: 'v3', user, context: '' } as const
    const question = prepareGet(asked)
    const options = { timeoutMs: 100, retries: 0 }
    const request = { type: 'get', oids: asked } as const
    return {
      async decode(bytes: Buffer, chance: Chance) {
        const isPdu = bytes[0] !== 0x30
        const answers = [
          sealed(report('4'), false),
          isPdu && bytes.length < 60_000 ? sealed(bytes, chance(4) > 0) : bytes,
        ]
        let sent = 0
        const once = (): Promise<Buffer> => {
          sent += 1
          return Promise.resolve(answers[chance(8) === 0 ? sent % 2 : Math.min(sent - 1, 1)] ?? bytes)
        }
        const session = createV3Session(target, { nextId: () => id, once })
        peekMessage(answers[1] ?? bytes)
        const told = await session.request(request, 100, options).catch((error: unknown) => error)
        if (told instanceof Error && !isRefusal(told)) throw told
        // The quick way to the same answer, once the target is known.
        const opened = session.open(answers[1] ?? bytes, id)
        if (opened !== null) readAnswer(question, opened.plain, opened.pduAt)
        if (told instanceof Error) throw told
        return told
      },
    }
  },
}
