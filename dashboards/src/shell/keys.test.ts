import { describe, expect, test } from 'vitest'
import { type KeyState, readKey } from './keys.ts'

const rest: KeyState = { afterG: false }
const press = (key: string, more: Partial<{ command: boolean; typing: boolean }> = {}) => ({
  key,
  command: false,
  typing: false,
  ...more,
})

describe('keys', () => {
  test('g and a letter leads somewhere, once', () => {
    const first = readKey(rest, press('g'))
    expect(first).toEqual({ action: null, state: { afterG: true } })
    expect(readKey(first.state, press('f'))).toEqual({ action: { do: 'go', key: 'f' }, state: rest })
  })

  test('while somebody types, keys are letters', () => {
    for (const key of ['/', '?', 'g', 'j']) {
      expect(readKey(rest, press(key, { typing: true }))).toEqual({ action: null, state: rest })
    }
  })

  test('Ctrl-K opens the palette wherever one is; other commands are the browser’s', () => {
    expect(readKey(rest, press('K', { command: true, typing: true })).action).toEqual({ do: 'palette' })
    expect(readKey(rest, press('g', { command: true }))).toEqual({ action: null, state: rest })
  })
})
