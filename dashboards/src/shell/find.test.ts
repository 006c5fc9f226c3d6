import { describe, expect, test } from 'vitest'
import { find, score } from './find.ts'

describe('finding', () => {
  test('every word must be there, in any order', () => {
    expect(score('lobby cam', ['cam-07', 'Lobby east'])).toBeGreaterThan(0)
    expect(score('lobby door', ['cam-07', 'Lobby east'])).toBe(0)
  })

  test('the beginning of a word counts more than its middle', () => {
    const items = ['webcam', 'door cam', 'cam-07']
    expect(find('cam', items, (it) => [it], 5)).toEqual(['cam-07', 'door cam', 'webcam'])
  })

  test('nothing typed finds everything, up to the limit', () => {
    expect(find('', ['a', 'b', 'c'], (it) => [it], 2)).toEqual(['a', 'b'])
  })

  test('Chinese needs no spaces', () => {
    expect(score('大厅', ['一层大厅摄像机'])).toBeGreaterThan(0)
  })
})
