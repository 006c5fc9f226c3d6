import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BerWriter } from './ber.ts'
import { type Answer, isWhole, prepareGet, readAnswer, varbindOf } from './get-question.ts'
import { communityDatagram, peekMessage, readCommunityResponse } from './message.ts'
import { encodeOid } from './oid.ts'
import { pduTags, type SnmpValue } from './pdu.ts'

type Said = { oid: string; tag: number; content: Buffer }

const oid = fc
  .array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 12 })
  .map((it) => `1.3.${it.join('.')}`)
const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((it) => Buffer.from(it))
const said = fc
  .oneof(
    fc.tuple(fc.constantFrom(0x02, 0x41, 0x42, 0x43), bytes(1, 5)),
    fc.tuple(fc.constant(0x46), bytes(1, 9)),
    fc.tuple(fc.constantFrom(0x04, 0x44), bytes(0, 300)),
    fc.tuple(fc.constantFrom(0x05, 0x80, 0x81, 0x82), bytes(0, 0)),
  )
  .map(([tag, content]) => ({ tag, content }))
const answers = fc
  .uniqueArray(oid, { minLength: 1, maxLength: 40 })
  .chain((oids) => fc.tuple(...oids.map((it) => said.map((value): Said => ({ oid: it, ...value })))))

/** A whole answer, as a target would write it. */
function answerOf(values: readonly Said[], status = 0): Buffer {
  const writer = new BerWriter()
  const message = writer.mark
  const pdu = writer.mark
  const list = writer.mark
  for (const { oid: name, tag, content } of values.toReversed()) {
    const binding = writer.mark
    writer.octets(content, tag)
    writer.octets(encodeOid(name), 0x06)
    writer.close(0x30, binding)
  }
  writer.close(0x30, list)
  writer.integer(0)
  writer.integer(status)
  writer.integer(0x1234_5678)
  writer.close(pduTags.response, pdu)
  writer.octets(Buffer.from('public'))
  writer.integer(1)
  writer.close(0x30, message)
  return Buffer.from(writer.view())
}

function read(values: readonly Said[], datagram: Buffer): Answer | null {
  return readAnswer(prepareGet(values.map((it) => it.oid)), datagram, peekMessage(datagram).pduAt)
}

/** Of a value, as the answer holds it. */
function wholeOf(value: SnmpValue): bigint {
  if (value.type === 'counter64') return value.value
  return 'value' in value && typeof value.value === 'number' ? BigInt(value.value) : -1n
}

test('an answer in place says what the general reader says of it', () => {
  fc.assert(
    fc.property(answers, (values) => {
      const datagram = answerOf(values)
      const { varbinds } = readCommunityResponse(datagram)
      const answer = read(values, datagram)
      expect(answer?.count).toBe(values.length)
      if (answer === null) return
      for (const [i, varbind] of varbinds.entries()) {
        if (isWhole(answer.tags[i] ?? 0)) {
          const found = (BigInt(answer.highs[i] ?? 0) << 32n) + BigInt(answer.lows[i] ?? 0)
          expect(found).toBe(wholeOf(varbind))
        } else expect(varbindOf(answer, i, varbind.oid)).toEqual(varbind)
      }
    }),
  )
})

test('another order, another object, an error or a cut is left to the general reader', () => {
  const values: Said[] = [1, 2, 3].map((it) => ({ oid: `1.3.6.${it}`, tag: 0x02, content: Buffer.from([it]) }))
  expect(read(values, answerOf(values))?.count).toBe(3)
  expect(read(values, answerOf(values.toReversed()))).toBeNull()
  expect(read(values, answerOf(values.slice(0, 2)))).toBeNull()
  expect(read(values, answerOf(values, 2))).toBeNull()
  const whole = answerOf(values)
  for (let length = 20; length < whole.length; length += 1) {
    expect(readAnswer(prepareGet(values.map((it) => it.oid)), whole.subarray(0, length), 13)).toBeNull()
  }
})

test('a question becomes a message whose request id can be put in place', () => {
  const question = prepareGet(['1.3.6.1.2.1.1.3.0'])
  const { datagram, idAt } = communityDatagram(1, Buffer.from('public'), question)
  datagram.writeUInt32BE(0x0567_89ab, idAt)
  expect(peekMessage(datagram).id).toBe(0x0567_89ab)
})
