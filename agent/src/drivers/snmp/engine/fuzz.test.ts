import { expect, test } from 'vitest'
import { BerError } from './ber.ts'
import { prepareGet, readAnswer } from './get-question.ts'
import { peekMessage, readCommunityResponse, readV3Header, readV3Response, writeV3Message } from './message.ts'
import { compareOids } from './oid.ts'
import { localKeys } from './usm.ts'

const rounds = 50_000
const engine = { id: Buffer.from('80001f8804abcdef01', 'hex'), boots: 3, time: 77, learnedAtMs: 0 }
const user = {
  name: 'fuzz',
  auth: { protocol: 'sha', passphrase: 'authpass1' },
  priv: { protocol: 'des', passphrase: 'privpass1' },
} as const
const question = prepareGet(['1.3.6.1.2.1.1.3.0'])
const keys = localKeys(user, engine.id)

const community = Buffer.from(
  '302902010104067075626c6963a21c0201010201000201003011300f06082b0601020101030043030186a0',
  'hex',
)
const v3 = writeV3Message({
  messageId: 5,
  pdu: question.pdu,
  engine,
  engineTime: 77,
  security: { user: Buffer.from('fuzz'), keys },
  context: Buffer.alloc(0),
})

/** The same numbers every time, so that what fails once fails again (mulberry32). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function mutated(whole: Buffer, number: (below: number) => number): Buffer {
  const bytes = Buffer.from(whole)
  for (let left = 1 + number(6); left > 0; left -= 1) bytes[number(bytes.length)] = number(256)
  return number(4) === 0 ? bytes.subarray(0, number(bytes.length)) : bytes
}

function decode(bytes: Buffer): void {
  const { pduAt } = peekMessage(bytes)
  if (bytes[4] === 3) {
    readV3Response(readV3Header(bytes), keys)
    return
  }
  readAnswer(question, bytes, pduAt)
  readCommunityResponse(bytes)
}

test.each([
  ['version 2c', community],
  ['version 3', v3],
])('%s: whatever arrives, decoding ends with an answer or with BerError', (_, whole) => {
  const number = numbersFrom(4711)
  const strange: unknown[] = []
  for (let i = 0; i < rounds; i += 1) {
    try {
      decode(mutated(whole, number))
    } catch (error) {
      if (!(error instanceof BerError)) strange.push(error)
    }
  }
  expect(strange).toEqual([])
})

test('the order of OIDs is the order of their arcs', () => {
  const number = numbersFrom(42)
  const arcs = (): number[] => [1, 3, ...Array.from({ length: number(5) }, () => number(number(2) === 0 ? 3 : 2000))]
  for (let i = 0; i < 5000; i += 1) {
    const [a, b] = [arcs(), arcs()]
    const at = a.findIndex((arc, index) => arc !== b[index])
    const expected = at < 0 ? a.length - b.length : at >= b.length ? 1 : (a[at] ?? 0) - (b[at] ?? 0)
    expect(Math.sign(compareOids(a.join('.'), b.join('.')))).toBe(Math.sign(expected))
  }
})
