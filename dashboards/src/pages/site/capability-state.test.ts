import { expect, test } from 'vitest'
import { stateOfCapability } from './capability-state.ts'

test.each([
  [1, 0.5, 'whole'],
  [0.99, 0.5, 'reduced'],
  [0.5, 0.5, 'reduced'],
  [0.4999, 0.5, 'paralysed'],
  [0, null, 'reduced'],
  [1 - 1e-12, 1, 'whole'],
] as const)('a capability of %d with the line at %s is %s', (value, paralysedBelow, state) => {
  expect(stateOfCapability({ value, paralysedBelow })).toBe(state)
})
