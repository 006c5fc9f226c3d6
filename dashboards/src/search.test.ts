import { describe, expect, test } from 'vitest'
import { DeviceSearch, FaultsSearch, SignInSearch } from './search.ts'

describe('what stands behind the ?', () => {
  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', ''])(
    'sign-in does not lead to %s',
    (next) => {
      expect(SignInSearch.parse({ next }).next).toBeUndefined()
    },
  )

  test('sign-in leads back to a page of the app', () => {
    expect(SignInSearch.parse({ next: '/faults/x?state=open' }).next).toBe('/faults/x?state=open')
  })

  test('what is not understood is left out, the rest is kept', () => {
    expect(FaultsSearch.parse({ state: 'nonsense', site: 'tower-a', level: 'L9' })).toEqual({ site: 'tower-a' })
    expect(DeviceSearch.parse({ range: '6h', from: 'yesterday' })).toEqual({ range: '6h' })
  })
})
