import { describe, expect, test } from 'vitest'
import { stateOfStep, steps } from './enrol-steps.ts'

const all = (state: Parameters<typeof stateOfStep>[1]) => steps.map((it) => stateOfStep(it, state))

describe('the steps of an enrolment', () => {
  test('one is on its way, those before it are done', () => {
    expect(all('waiting')).toEqual(['now', 'later', 'later', 'later'])
    expect(all('connected')).toEqual(['done', 'done', 'now', 'later'])
  })

  test('the first reading ends it', () => {
    expect(all('reading')).toEqual(['done', 'done', 'done', 'done'])
  })

  test('one that ran out has no step on its way', () => {
    expect(all('expired')).toEqual(['later', 'later', 'later', 'later'])
  })
})
