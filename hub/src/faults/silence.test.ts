import { expect, test } from 'vitest'
import { decideSilence } from './silence.ts'

const now = 1_000_000
const listened = (it: Partial<Parameters<typeof decideSilence>[0][number]>) => ({
  agent: 'a',
  site: 's',
  silentFrom: now,
  isFault: false,
  underMaintenance: false,
  ...it,
})

test('a site falls silent at the instant that was worked out, not before', () => {
  expect(decideSilence([listened({ silentFrom: now + 1 })], now)).toEqual({ open: [], close: [] })
  expect(decideSilence([listened({})], now).open).toHaveLength(1)
})

test('one that is a fault already is left alone, until it speaks', () => {
  expect(decideSilence([listened({ isFault: true })], now)).toEqual({ open: [], close: [] })
  expect(decideSilence([listened({ isFault: true, silentFrom: now + 1 })], now).close).toHaveLength(1)
})

test('under maintenance none opens, and one that was open may close', () => {
  expect(decideSilence([listened({ underMaintenance: true })], now).open).toEqual([])
  const back = listened({ underMaintenance: true, isFault: true, silentFrom: now + 1 })
  expect(decideSilence([back], now).close).toHaveLength(1)
})
