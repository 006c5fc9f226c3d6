import { describe, expect, test } from 'vitest'
import { down, linesOf, maintenance, midnight, up, watch } from './building.test-site.ts'

const behindEdge1 = ['cam-1', 'cam-2', 'cam-3', 'cam-4', 'nvr']

describe('causes', () => {
  test('a device that is down with its requirements met is a cause at once', () => {
    const { at, events } = watch()
    at(5, ...down('cam-1'))
    at(70, ...up('cam-1'))
    expect(linesOf(events)).toEqual(['5 opened cam-1', '70 closed cam-1'])
    expect(events[0]?.fault).toBe('cam-1@20260101T000005.000Z')
    expect(events[1]?.fault).toBe(events[0]?.fault)
  })

  test('what is down behind it is affected, not a fault, in whatever order it came', () => {
    const { at, of, open } = watch()
    at(0, ...down(...behindEdge1, 'edge-1'))
    expect(open()).toEqual({ 'edge-1': 'down L1' })
    expect(of('edge-1').affected).toEqual(
      [
        'nvr',
        ...['cam-1', 'cam-2', 'cam-3', 'cam-4'],
        ...[1, 2, 3, 4, 5, 6, 7, 8].map((it) => `cam-${it}-record`),
      ].sort(),
    )
  })

  test('a device has 120 s to come back after what it needs; then it is a fault, at its own time', () => {
    const { at, diagnosis, events, open } = watch()
    at(0, ...down('edge-1', ...behindEdge1))
    at(300, ...up('edge-1', 'cam-1', 'cam-2', 'nvr'))
    expect(open()).toEqual({})
    expect(diagnosis.nextDueAt()).toBe(midnight + 420_000)
    at(350, ...up('cam-3'))
    expect(at(1000)).toMatchObject([{ cause: 'cam-4', event: 'opened', at: midnight + 420_000 }])
    expect(linesOf(events).at(-1)).toBe('420 opened cam-4')
    expect(diagnosis.nextDueAt()).toBeNull()
  })

  test('one that goes down in these 120 s is a fault at their end', () => {
    const { at, events } = watch()
    at(0, ...down('edge-1'))
    at(100, ...up('edge-1'))
    at(150, ...down('cam-1'))
    at(500)
    expect(linesOf(events)).toEqual(['0 opened edge-1', '100 closed edge-1', '220 opened cam-1'])
  })

  test('a cause whose requirements break at most 60 s after it went down was none', () => {
    const { at, events, of } = watch()
    at(0, ...down('cam-1'))
    at(60, ...down('edge-1'))
    expect(linesOf(events)).toEqual(['0 opened cam-1', '60 closed cam-1', '60 opened edge-1'])
    expect(of('edge-1').affected).toContain('cam-1')
    expect(events[1]?.reason.en).toContain('counts as affected')
  })

  test('one whose requirements break later stays one until it is up', () => {
    const { at, open, of } = watch()
    at(0, ...down('cam-1'))
    at(61, ...down('edge-1'))
    expect(Object.keys(open())).toEqual(['cam-1', 'edge-1'])
    expect(of('edge-1').affected).not.toContain('cam-1')
    at(200, ...up('cam-1'))
    expect(Object.keys(open())).toEqual(['edge-1'])
  })

  test('a repeated state changes nothing', () => {
    const { at } = watch()
    at(0, ...down('cam-1'))
    expect(at(10, ...down('cam-1'), ...up('cam-2'))).toEqual([])
  })

  test('a device that is no longer checked has no fault', () => {
    const { at, events, open } = watch()
    at(0, ...down('cam-1'))
    at(10, { device: 'cam-1', state: 'unknown' })
    expect(open()).toEqual({})
    expect(events.at(-1)?.reason.zh).toContain('不再被检测')
  })
})

describe('maintenance', () => {
  test('no fault opens under it, from its first instant on; what is still wrong at its end is one then', () => {
    const { at, events } = watch()
    at(0, maintenance('cam-1'), ...down('cam-1'))
    at(100, maintenance('cam-1', false))
    expect(linesOf(events)).toEqual(['100 opened cam-1'])
  })

  test('what needs the device is affected all the same', () => {
    const { at, diagnosis, open } = watch()
    at(0, maintenance('edge-1'), ...down('edge-1', ...behindEdge1))
    expect(open()).toEqual({})
    expect(diagnosis.capabilities()['cctv/view']).toBe(0.5)
  })

  test('a fault that was open before stays, may change, and closes', () => {
    const { at, events, of } = watch()
    at(0, ...down('core-1'))
    at(10, maintenance('core-1'))
    expect(of('core-1').maintenance).toBe(true)
    at(20, ...down('core-2'))
    at(30, ...up('core-1'))
    expect(linesOf(events)).toEqual([
      '0 opened core-1',
      '20 changed core-1',
      '20 opened core-2',
      '30 closed core-1',
      '30 changed core-2',
    ])
  })

  test('servers under it count in neither side of the capability as shown, and as able for levels', () => {
    const { at, diagnosis, of } = watch()
    at(0, maintenance('door-2'), ...down('door-2'))
    expect(diagnosis.capabilities()['access/doors']).toBe(1)
    at(10, ...down('door-1'))
    expect(of('door-1').functions).toEqual({ 'access/doors': 0 })
    expect(of('door-1').reason.en).toContain('falls from 100% to 25% (shown as 0%)')
  })
})
