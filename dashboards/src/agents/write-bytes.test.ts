import { expect, test } from 'vitest'
import { writeBytes } from './write-bytes.ts'

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1500, '1.5 kB'],
  [96_000_000, '96 MB'],
  [5_000_000_000_000_000, '5,000 TB'],
])('%d bytes', (bytes, text) => {
  expect(writeBytes(bytes, 'en')).toBe(text)
})
