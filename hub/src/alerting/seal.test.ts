import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSeal } from './seal.ts'

const Shape = z.object({ url: z.string() })
const value = { url: 'https://hook.example/key-123456' }

test('what is sealed opens again, and does not show what it holds', () => {
  const seal = createSeal(randomBytes(32))
  const sealed = seal.close('recipient', value)
  expect(seal.open('recipient', sealed, Shape)).toEqual(value)
  expect(Buffer.from(sealed.slice(3), 'base64url').toString('latin1')).not.toContain('key-123456')
  expect(seal.close('recipient', value)).not.toBe(sealed)
})

test('another key, another purpose, a changed or cut text do not open', () => {
  const seal = createSeal(randomBytes(32))
  const sealed = seal.close('recipient', value)
  const flipped = `${sealed.slice(0, 30)}${sealed[30] === 'A' ? 'B' : 'A'}${sealed.slice(31)}`
  const fails = { code: 'system/internal' }
  expect(() => createSeal(randomBytes(32)).open('recipient', sealed, Shape)).toThrow(expect.objectContaining(fails))
  expect(() => seal.open('mail', sealed, Shape)).toThrow(expect.objectContaining(fails))
  for (const bad of [flipped, sealed.slice(0, 20), '', 'v1.', 'v2.AAAA']) {
    expect(() => seal.open('recipient', bad, Shape)).toThrow(expect.objectContaining(fails))
  }
})
