import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Format, inOrder, numberIn, textIn, wordsOf } from './formats.ts'

/** Written digit by digit in other ways than they are read. */
function hexOf(value: bigint, words: number): string {
  return BigInt.asUintN(words * 16, value)
    .toString(16)
    .padStart(words * 4, '0')
}
const tenThousands = (value: number, words: number): string =>
  Array.from({ length: words }, (_, i) => Math.floor(value / 10_000 ** (words - 1 - i)) % 10_000)
    .map((it) => it.toString(16).padStart(4, '0'))
    .join('')

/** Registers as a device sends them whose words, or bytes within them, are the other way round. */
function sent(hex: string, wordOrder: 'big' | 'little', byteOrder: 'big' | 'little'): Buffer {
  const words = hex.match(/.{4}/g) ?? []
  const turned = byteOrder === 'big' ? words : words.map((it) => it.slice(2) + it.slice(0, 2))
  return Buffer.from((wordOrder === 'big' ? turned : turned.toReversed()).join(''), 'hex')
}

const orders = [fc.constantFrom('big', 'little'), fc.constantFrom('big', 'little')] as const

describe('whole numbers come back in every order of words and bytes', () => {
  const ranges: [Format, bigint, bigint][] = [
    ['u16', 0n, 0xffffn],
    ['s16', -0x8000n, 0x7fffn],
    ['u32', 0n, 0xffff_ffffn],
    ['s32', -0x8000_0000n, 0x7fff_ffffn],
    ['u64', 0n, 2n ** 64n - 1n],
    ['s64', -(2n ** 63n), 2n ** 63n - 1n],
  ]
  test.each(ranges)('%s', (format, min, max) => {
    if (format === 'string') throw new Error('no number')
    fc.assert(
      fc.property(fc.bigInt({ min, max }), ...orders, (value, wordOrder, byteOrder) => {
        const bytes = sent(hexOf(value, wordsOf(format)), wordOrder, byteOrder)
        expect(BigInt(numberIn(format, inOrder(bytes, { wordOrder, byteOrder })) ?? -1)).toBe(value)
      }),
    )
  })
})

describe('decimal digits come back, and what is none is no number', () => {
  test.each([
    ['bcd16', 4],
    ['bcd32', 8],
    ['bcd64', 15],
  ] as const)('%s', (format, digits) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** digits - 1 }), ...orders, (value, wordOrder, byteOrder) => {
        const bytes = sent(String(value).padStart(wordsOf(format) * 4, '0'), wordOrder, byteOrder)
        expect(numberIn(format, inOrder(bytes, { wordOrder, byteOrder }))).toBe(value)
      }),
    )
    expect(numberIn(format, Buffer.alloc(wordsOf(format) * 2, 0xfa))).toBeNull()
  })

  test.each([
    ['mod10k32', 2],
    ['mod10k48', 3],
    ['mod10k64', 3.75],
  ] as const)('%s', (format, words) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 ** words - 1 }), ...orders, (value, wordOrder, byteOrder) => {
        const bytes = sent(tenThousands(value, wordsOf(format)), wordOrder, byteOrder)
        expect(numberIn(format, inOrder(bytes, { wordOrder, byteOrder }))).toBe(value)
      }),
    )
    expect(numberIn(format, Buffer.alloc(wordsOf(format) * 2, 0x27))).toBeNull()
  })
})

describe('floating point numbers (IEEE 754)', () => {
  test.each([
    ['f32', '42f6e979', 123.456],
    ['f32', 'bf800000', -1],
    ['f64', '405edd2f1a9fbe77', 123.456],
    ['f32', '7fc00000', Number.NaN],
  ] as const)('%s %s is %d', (format, hex, value) => {
    for (const wordOrder of ['big', 'little'] as const)
      for (const byteOrder of ['big', 'little'] as const)
        expect(numberIn(format, inOrder(sent(hex, wordOrder, byteOrder), { wordOrder, byteOrder }))).toBe(value)
  })
})

test('text ends at the first NUL and has nothing that cannot be printed', () => {
  expect(textIn(Buffer.from('SDM630 \u0001M\0\0old', 'latin1'))).toBe('SDM630 M')
  expect(textIn(Buffer.alloc(8))).toBeNull()
  expect(textIn(inOrder(Buffer.from('DS6M03', 'latin1'), { wordOrder: 'big', byteOrder: 'little' }))).toBe('SDM630')
})
