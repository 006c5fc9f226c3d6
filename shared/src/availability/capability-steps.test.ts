import { expect, test } from 'vitest'
import { thinned } from './capability-steps.ts'

const span = { from: 0, to: 1000 }

test('few steps stay as they are', () => {
  const steps = [
    { at: 0, value: 1 },
    { at: 5, value: null },
  ]
  expect(thinned(steps, span, 10)).toEqual(steps)
})

test('of many, each part of the span keeps its least step and its last, so that no outage is lost', () => {
  const steps = Array.from({ length: 500 }, (_, i) => ({ at: 2 * i, value: i === 123 ? 0.25 : 0.5 + (i % 5) / 10 }))
  const few = thinned(steps, span, 50)
  expect(few.length).toBeLessThanOrEqual(52)
  expect(few.filter((it) => it.value === 0.25)).toEqual([{ at: 246, value: 0.25 }])
  expect(few.at(-1)).toEqual(steps.at(-1))
  expect(few.map((it) => it.at)).toEqual(few.map((it) => it.at).sort((a, b) => a - b))
})
