import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BerError, BerReader, BerWriter } from './ber.ts'
import { peekMessage, readCommunityResponse, writeCommunityMessage } from './message.ts'
import { compareOids, decodeOid, encodeOid, isBelow } from './oid.ts'

const arc = fc.integer({ min: 0, max: 0xffff_ffff })
const oid = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 39 }), fc.array(arc, { maxLength: 30 }))
  .map(([first, second, rest]) => [first, second, ...rest].join('.'))

describe('BER', () => {
  test('integers of 32 bits come back, in the fewest bytes', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const writer = new BerWriter(16)
        writer.integer(value)
        const bytes = Buffer.from(writer.view())
        expect(new BerReader(bytes).integer()).toBe(value)
        // X.690 section 8.3.2: the first nine bits are not all alike.
        const [, , first = 0, second = 0] = bytes
        if (bytes.length > 3) expect([0, 0x1ff]).not.toContain(((first << 8) | second) >> 7)
      }),
    )
  })

  test('lengths of any size come back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (size) => {
        const writer = new BerWriter()
        writer.octets(Buffer.alloc(size, 7))
        expect(new BerReader(Buffer.from(writer.view())).octets().length).toBe(size)
      }),
      { numRuns: 50 },
    )
  })

  test('a length beyond the end is refused', () => {
    expect(() => new BerReader(Buffer.from('0482ffff00', 'hex')).octets()).toThrow(BerError)
    expect(() => new BerReader(Buffer.from('0480', 'hex')).octets()).toThrow(BerError)
    expect(() => new BerReader(Buffer.from('04', 'hex')).octets()).toThrow(BerError)
  })
})

describe('object identifiers', () => {
  test('come back', () => {
    fc.assert(
      fc.property(oid, (text) => {
        const bytes = encodeOid(text)
        expect(decodeOid(bytes, 0, bytes.length)).toBe(text)
      }),
    )
  })

  test('come back one after the other, however much of the one before they share', () => {
    const tail = fc.array(fc.constantFrom(0, 1, 127, 128, 300, 0xffff_ffff), { maxLength: 4 })
    const root = fc.constantFrom([1, 3, 6, 1], [1, 3], [2, 39, 128, 5], [0, 0])
    fc.assert(
      fc.property(fc.array(fc.tuple(root, tail), { maxLength: 20 }), (all) => {
        for (const [head, rest] of all) {
          const text = [...head, ...rest].join('.')
          const bytes = encodeOid(text)
          expect(decodeOid(Buffer.concat([Buffer.of(0x81), bytes, bytes]), 1, 1 + bytes.length)).toBe(text)
        }
      }),
    )
  })

  test('are not longer than 128 arcs, and their arcs not than 32 bits', () => {
    const longest = Buffer.concat([Buffer.of(0x2b), Buffer.alloc(126, 1)])
    expect(decodeOid(longest, 0, 127).split('.')).toHaveLength(128)
    expect(() => decodeOid(Buffer.concat([longest, Buffer.of(1)]), 0, 128)).toThrow(BerError)
    expect(() => decodeOid(Buffer.from('2bffffffffff7f', 'hex'), 0, 7)).toThrow(BerError)
    expect(() => decodeOid(Buffer.from('2b81', 'hex'), 0, 2)).toThrow(BerError)
    expect(() => decodeOid(Buffer.from('2b', 'hex'), 0, 0)).toThrow(BerError)
  })

  test('are ordered as the tree is', () => {
    expect(compareOids('1.3.6.1.2.1.2', '1.3.6.1.2.1.10')).toBeLessThan(0)
    expect(compareOids('1.3.6.1.2.1', '1.3.6.1.2.1.10')).toBeLessThan(0)
    expect(isBelow('1.3.6.1.2.10', '1.3.6.1.2.1')).toBe(false)
    expect(isBelow('1.3.6.1.2.1.1', '1.3.6.1.2.1')).toBe(true)
  })

  test.each(['', '1', '3.1.1', '1.40.1', '1.3.x', '1.3.4294967296'])('%j is refused', (text) => {
    expect(() => encodeOid(text)).toThrow(BerError)
  })
})

describe('messages', () => {
  test('a request is what RFC 1901 and RFC 3416 say, byte for byte', () => {
    const request = { type: 'get', oids: ['1.3.6.1.2.1.1.3.0'] } as const
    const bytes = writeCommunityMessage(1, Buffer.from('public'), 1, request)
    expect(bytes.toString('hex')).toBe(
      '302602010104067075626c6963a01902010102010002010030 0e300c06082b060102010103000500'.replace(' ', ''),
    )
  })

  test('whatever arrives, decoding ends with an answer or with BerError', () => {
    const whole = Buffer.from(
      '302902010104067075626c6963a21c0201010201000201003011300f06082b0601020101030043030186a0',
      'hex',
    )
    expect(readCommunityResponse(whole).varbinds).toMatchObject([
      { oid: '1.3.6.1.2.1.1.3.0', type: 'timeticks', value: 100_000 },
    ])
    const mutation = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(mutation, fc.nat(whole.length), (changes, cut) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        try {
          const cutOff = bytes.subarray(0, cut)
          peekMessage(cutOff)
          readCommunityResponse(cutOff)
        } catch (error) {
          expect(error).toBeInstanceOf(BerError)
        }
      }),
      { numRuns: 5000 },
    )
  })
})
