/** Other letters and digits for those of a text, the same for the same text and salt. Pure. */
import { createHmac } from 'node:crypto'

export type Scramble = {
  /** a letter for a letter, a digit for a digit; all else, and the length, stays */
  text(original: string): string
  /** `count` bytes that stand for these */
  bytes(original: string, count: number): Buffer
}

export function createScramble(salt: string): Scramble {
  const digest = (text: string, round: number): Buffer => createHmac('sha256', salt).update(`${round}:${text}`).digest()
  const bytes = (text: string, count: number): Buffer => {
    const parts = Array.from({ length: Math.ceil(count / 32) }, (_, round) => digest(text, round))
    return Buffer.concat(parts).subarray(0, count)
  }
  return {
    bytes,
    text(original) {
      const random = bytes(original, original.length)
      return [...Buffer.from(original, 'latin1')].map((code, at) => other(code, random[at] ?? 0)).join('')
    },
  }
}

function other(code: number, random: number): string {
  const within = (first: number, count: number): string => String.fromCharCode(first + (random % count))
  // No nought for a digit: one in front would be lost where the text is a number.
  if (code >= 0x30 && code <= 0x39) return within(0x31, 9)
  if (code >= 0x41 && code <= 0x5a) return within(0x41, 26)
  if (code >= 0x61 && code <= 0x7a) return within(0x61, 26)
  return code > 0x7f ? within(0x61, 26) : String.fromCharCode(code)
}
