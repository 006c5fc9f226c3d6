import { expect, test } from 'vitest'
import { ntpQuestion, offsetOf, readNtpAnswer } from './packet.ts'

const nonce = Buffer.from('0123456789abcdef', 'hex')
const unixEpochS = 2_208_988_800

/** `seconds` since 1900. */
function answer({ first = 0x24, stratum = 2, originate = nonce, seconds = unixEpochS, reference = '' } = {}): Buffer {
  const packet = Buffer.alloc(48)
  packet[0] = first
  packet[1] = stratum
  packet.writeUInt32BE(0x00008000, 4)
  packet.writeUInt32BE(0x00004000, 8)
  packet.write(reference, 12, 'latin1')
  originate.copy(packet, 24)
  packet.writeUInt32BE(seconds % 2 ** 32, 32)
  packet.writeUInt32BE(seconds % 2 ** 32, 40)
  packet.writeUInt32BE(0x80000000, 44)
  return packet
}

test('a question is version 4, mode 3, and tells nothing but the nonce', () => {
  expect(ntpQuestion(nonce).toString('hex')).toBe(`23${'00'.repeat(39)}0123456789abcdef`)
})

test('an answer is read', () => {
  expect(readNtpAnswer(answer({ seconds: unixEpochS + 10 }), nonce, 'x')).toEqual({
    leap: 'none',
    stratum: 2,
    receivedMs: 10_000,
    sentMs: 10_500,
    rootDistanceMs: 500,
  })
})

test('a time after 2036 lies in the next era', () => {
  const in2040 = Date.UTC(2040, 0, 1)
  expect(readNtpAnswer(answer({ seconds: unixEpochS + in2040 / 1000 }), nonce, 'x')?.receivedMs).toBe(in2040)
})

test.each([
  ['too short', answer().subarray(0, 47)],
  ['of another mode', answer({ first: 0x23 })],
  ['to another question', answer({ originate: Buffer.alloc(8) })],
  ['of no stratum that there is', answer({ stratum: 17 })],
])('an answer %s is none', (_, packet) => {
  expect(readNtpAnswer(packet, nonce, 'x')).toBeNull()
})

test('a kiss of death says its code', () => {
  expect(() => readNtpAnswer(answer({ stratum: 0, reference: 'RATE' }), nonce, 'x')).toThrow('RATE')
})

test('a server that is not synchronised says so', () => {
  expect(readNtpAnswer(answer({ first: 0xe4, stratum: 16 }), nonce, 'x')?.leap).toBe('unsynchronised')
})

test('the round trip is taken out of the offset', () => {
  const told = { leap: 'none', stratum: 2, receivedMs: 1150, sentMs: 1170, rootDistanceMs: 0 } as const
  expect(offsetOf(told, 1000, 120)).toEqual({ offsetMs: 100, delayMs: 100 })
})
