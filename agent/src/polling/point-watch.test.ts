import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LearnedPoint } from '../drivers/index.ts'
import { isBad, onValue, unwatched, watchReason } from './point-watch.ts'

const rate: LearnedPoint = {
  ...{ id: 'stream.fps', class: 'frame-rate', instance: '', name: 'Frame rate', unit: 'fps' },
  limits: { low: 12.5 },
  watch: { isDirect: true },
}
const state: LearnedPoint = {
  ...{ id: 'picture.state', class: 'state', instance: '', name: 'Picture', unit: '' },
  watch: { isDirect: true, states: ['black', 'covered'] },
}

describe('a watched point', () => {
  test.each([
    [rate, 12, true],
    [rate, 12.5, false],
    [rate, null, null],
    [rate, 'fast', null],
    [state, 'covered', true],
    [state, 'ok', false],
    [state, 3, null],
    [{ ...rate, watch: undefined }, 0, null],
    [{ ...rate, limits: { low: -5, high: 5 } }, 7, true],
  ])('%j of %s', (point, value, expected) => {
    const { watch, ...rest } = point
    expect(isBad(watch === undefined ? rest : { ...rest, watch }, value)).toBe(expected)
  })

  test('is told after two readings out of the way and well again after two others, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (readings) => {
        let watched = unwatched
        let expected = false
        for (const [at, bad] of readings.entries()) {
          watched = onValue(watched, bad)
          if (at > 0 && readings[at - 1] === bad) expected = bad
          expect(watched.isBad).toBe(expected)
        }
      }),
    )
  })

  test('says how it is and how it should be', () => {
    expect(watchReason(rate, 4)).toEqual({
      zh: '帧率为 4 fps，低于 12.5 fps',
      en: 'Frame rate is 4 fps, below 12.5 fps',
    })
    expect(watchReason(state, 'covered').en).toBe('Picture: covered')
  })
})
