import { expect, test } from 'vitest'
import { writeValue } from './write-value.ts'

const words = {
  on: 'on',
  off: 'off',
  none: '–',
  state: (word: string) => word,
  number: (value: number, digits: number) => value.toFixed(digits),
}

test.each([
  [null, '°C', '–'],
  [true, '', 'on'],
  ['closed', '', 'closed'],
  [6.4321, '°C', '6.43 °C'],
  [99.96, '%', '100.0 %'],
  [231, 'V', '231 V'],
  [0.0734, 'A', '0.073 A'],
  [1_234_567, 'bit/s', '1.23 Mbit/s'],
  [-48_200, 'W', '-48.2 kW'],
  [12_345, '', '12345'],
  [90, 's', '90 s'],
  [3723, 's', '1:02:03'],
  [200_000, 's', '2 d 7:33:20'],
] as const)('%s %s is written %s', (value, unit, text) => {
  expect(writeValue(value, unit, words)).toBe(text)
})
