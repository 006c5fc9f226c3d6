import { expect, test } from 'vitest'
import type { Varbind } from '../engine/index.ts'
import { compileProfile } from '../profiles/compile.ts'
import { ProfileFile } from '../profiles/schema.ts'
import { convertValue } from './convert.ts'
import { textOf } from './raw-text.ts'

const plain = { factor: 1, percentOf: null }

function specOf(symbol: object) {
  const file = ProfileFile.parse({ metrics: [{ symbol: { OID: '1.3.6.1.4.1.99999.1.0', name: 'value', ...symbol } }] })
  const [spec] = compileProfile('test', file, []).scalars
  if (spec === undefined) throw new Error('no symbol')
  return spec
}

const integer = (value: number): Varbind => ({ oid: '1.3', type: 'integer', value })
const octets = (value: string | Buffer): Varbind => ({ oid: '1.3', type: 'octets', value: Buffer.from(value) })

test.each<[object, Varbind, unknown]>([
  [{}, integer(7), 7],
  [{ scale_factor: 0.1 }, integer(23), 2.3],
  [{ scale_factor: 1.8, offset: 32 }, integer(100), 212],
  [{ states: { 1: 'up', 2: 'down' } }, integer(2), 'down'],
  [{ states: { 1: 'up' } }, integer(9), '9'],
  [{ ignore: [-1] }, integer(-1), null],
  [{ extract_value: '([\\d.]+) ?C' }, octets('23.5 C'), 23.5],
  [{ extract_value: '([\\d.]+) ?C' }, octets('broken'), null],
  [{}, octets('21.5'), 21.5],
  [{ extract_value: '^..(.)' }, octets('0010'), 1],
  [
    { bits: { 0: 'low paper', 6: 'offline', 9: 'output tray missing' } },
    octets(Buffer.from([0x82, 0x40])),
    'low paper, offline, output tray missing',
  ],
  [{ bits: { 0: 'low paper', 9: 'output tray missing' } }, octets(Buffer.from([0x00])), 'normal'],
  [{}, octets('  on  line '), 'on line'],
  [{}, octets(''), null],
  [{}, { oid: '1.3', type: 'opaque', value: Buffer.from('9f780441b80000', 'hex') }, 23],
  [{}, { oid: '1.3', type: 'counter64', value: 5n }, 5],
  [{}, { oid: '1.3', type: 'missing', why: 'noSuchInstance' }, null],
])('case %#: what the profile says is done to the value', (symbol, varbind, value) => {
  expect(convertValue(varbind, specOf(symbol), plain)).toBe(value)
})

test('a share of another column, and none of nothing', () => {
  expect(convertValue(integer(25), specOf({}), { factor: 1, percentOf: 200 })).toBe(12.5)
  expect(convertValue(integer(25), specOf({}), { factor: 1, percentOf: 0 })).toBeNull()
})

test('text is text, and bytes are bytes', () => {
  expect(textOf(octets('机房\u0000'))).toBe('机房')
  expect(textOf(octets(Buffer.from([0xac, 0xcc, 0x8e, 0x00, 0x01, 0x02])))).toBe('ac:cc:8e:00:01:02')
  expect(textOf(octets(Buffer.from('caf\u00e9', 'latin1')))).toBe('café')
})

test('of a buffer that is sent whole, the text ends at its nought', () => {
  expect(textOf(octets('V210R220\0\0\0\0\n00 00 \0'))).toBe('V210R220')
  expect(textOf(octets(Buffer.from([0x41, 0x42, 0x43, 0, 1, 2])))).toBe('41:42:43:00:01:02')
})
