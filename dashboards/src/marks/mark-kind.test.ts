import { describe, expect, test } from 'vitest'
import { markOfDevice, markOfSite } from './mark-kind.ts'

const device = {
  level: null,
  maintenance: false,
  state: 'up' as const,
  affectedBy: [] as string[],
  address: '10.0.0.7' as string | null,
}

describe('the mark of a device', () => {
  test.each([
    ['up', device, 'well'],
    ['its own fault counts before its state', { ...device, level: 'L3' as const, state: 'down' as const }, 'L3'],
    ['under maintenance nothing is loud', { ...device, level: 'L1' as const, maintenance: true }, 'maintenance'],
    ['down for another cause', { ...device, state: 'down' as const, affectedBy: ['core-1'] }, 'affected'],
    ['up, but what it needs is not able', { ...device, affectedBy: ['core-1'] }, 'affected'],
    ['never seen', { ...device, state: 'unknown' as const }, 'unknown'],
    ['never checked, and what it needs is there', { ...device, state: 'unknown' as const, address: null }, 'well'],
  ])('%s', (_name, it, kind) => {
    expect(markOfDevice(it)).toBe(kind)
  })
})

describe('the mark of a site', () => {
  test('is well only while its agent is heard', () => {
    const heard = { worstLevel: null, agent: { state: 'connected' as const, lastSeenAt: null } }
    expect(markOfSite(heard)).toBe('well')
    expect(markOfSite({ ...heard, agent: { state: 'silent', lastSeenAt: null } })).toBe('unknown')
    expect(markOfSite({ ...heard, worstLevel: 'L2' })).toBe('L2')
  })
})
