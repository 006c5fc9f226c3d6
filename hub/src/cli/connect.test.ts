import { expect, test } from 'vitest'
import { parseTarget } from './connect.ts'

test('SITE/DEVICE:PORT in its parts', () => {
  expect(parseTarget('tower-a/core-1:22')).toEqual({ site: 'tower-a', device: 'core-1', port: 22 })
  expect(parseTarget('a/b.c_d:65535')).toEqual({ site: 'a', device: 'b.c_d', port: 65_535 })
})

test.each([
  '',
  'core-1:22',
  'tower-a/core-1',
  'tower-a/core-1:0',
  'tower-a/core-1:65536',
  'a/b/c:1',
  'A/b:1',
  'a/b:22x',
  'a/:22',
])('%j is refused with an example', (text) => expect(() => parseTarget(text)).toThrow(/tower-a\/core-1:22/))
