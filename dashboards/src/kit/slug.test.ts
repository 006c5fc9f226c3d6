import { Slug } from '@steward/shared/model'
import { describe, expect, test } from 'vitest'
import { isSlug, slugOf } from './slug.ts'

describe('a name for addresses', () => {
  test.each([
    ['Tower A', 'tower-a'],
    ['  Café — Süd 3 ', 'cafe-sud-3'],
    ['金茂大厦', 'site-1'],
    ['大厦 2', 'site-2'],
    ['42', 'site-42'],
  ])('%s becomes %s', (name, slug) => {
    expect(slugOf(name, 'site', [])).toBe(slug)
  })

  test('does not take a name that is taken', () => {
    expect(slugOf('Tower A', 'site', ['tower-a', 'tower-a-2'])).toBe('tower-a-3')
    expect(slugOf('金茂大厦', 'site', ['site-1'])).toBe('site-2')
  })

  test('is always one that the hub takes', () => {
    for (const name of ['x'.repeat(200), '---', 'Ü', 'a.b_c']) {
      const slug = slugOf(name, 'site', [])
      expect(Slug.safeParse(slug).success).toBe(true)
      expect(isSlug(slug)).toBe(true)
    }
  })

  test('is judged as the hub judges', () => {
    for (const text of ['', 'A', 'a-', '-a', 'a b', 'a', 'cam-07', 'a.b']) {
      expect(isSlug(text)).toBe(Slug.safeParse(text).success)
    }
  })
})
