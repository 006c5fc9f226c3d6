import { isStewardError } from '@steward/shared/errors'
import { expect, test } from 'vitest'
import { offsetOf, readNtpAnswer } from './packet.ts'

/** A million with FUZZ_ROUNDS=1000000. */
const rounds = Number(process.env.FUZZ_ROUNDS ?? 20_000)
const nonce = Buffer.from('0123456789abcdef', 'hex')

/** The same numbers every time, so that what fails once fails again (mulberry32). */
function createChance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed))
    return ((more ^ (more >>> 14)) >>> 0) % below
  }
}

test('whatever comes is an answer with finite figures, none, or a clear error', () => {
  const chance = createChance(1)
  let read = 0
  for (let round = 0; round < rounds; round += 1) {
    const packet = Buffer.from(Array.from({ length: 40 + chance(30) }, () => chance(256)))
    packet[0] = ((packet[0] ?? 0) & ~7) | (chance(4) === 0 ? chance(8) : 4)
    if (chance(2) === 0) packet[1] = chance(18)
    if (chance(4) > 0 && packet.length >= 32) nonce.copy(packet, 24)
    try {
      const answer = readNtpAnswer(packet, nonce, 'there')
      if (answer === null) continue
      read += 1
      const figures = [...Object.values(offsetOf(answer, 1_800_000_000_000, 20)), answer.rootDistanceMs]
      if (!figures.every(Number.isFinite) || packet.length < 48) throw new Error(packet.toString('hex'))
    } catch (error) {
      if (!isStewardError(error) || !/^there [^\n]{1,200}$/.test(error.message)) throw error
    }
  }
  expect(read).toBeGreaterThan(rounds / 100)
})
