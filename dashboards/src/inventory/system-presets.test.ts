import { SystemKind, SystemModel } from '@steward/shared/model'
import { expect, test } from 'vitest'
import { presetOf } from './system-presets.ts'

test.each(SystemKind.options)('the hub takes the preset for %s', (kind) => {
  expect(SystemModel.safeParse(presetOf(kind, [])).success).toBe(true)
})

test('a second system of a kind has a name of its own', () => {
  expect(presetOf('cctv', ['cctv', 'cctv-2']).id).toBe('cctv-3')
})
