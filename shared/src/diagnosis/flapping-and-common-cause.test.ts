import { describe, expect, test } from 'vitest'
import { down, imminent, linesOf, maintenance, midnight, up, watch } from './building.test-site.ts'

describe('intermittent', () => {
  const flap = (device: string, from: number, site: ReturnType<typeof watch>) => {
    for (let i = 0; i < 5; i += 1) site.at(from + i * 100, ...(i % 2 === 0 ? down(device) : up(device)))
  }

  test('5 changes within 10 min are one fault that lasts until 10 min without a change', () => {
    const site = watch()
    flap('cam-1', 0, site)
    expect(site.open()).toEqual({ 'cam-1': 'intermittent L4' })
    site.at(450, ...up('cam-1'))
    expect(site.open()).toEqual({ 'cam-1': 'intermittent L4' })
    expect(site.diagnosis.nextDueAt()).toBe(midnight + 1_050_000)
    expect(linesOf(site.at(2000))).toEqual(['1050 closed cam-1'])
  })

  test('L1 and L2 are softened to L2; what needs it is affected meanwhile', () => {
    const site = watch()
    flap('edge-2', 0, site)
    expect(site.open()).toEqual({ 'edge-2': 'intermittent L2' })
    site.at(401, ...up('edge-2'))
    expect(site.of('edge-2').affected).toContain('door-1')
    expect(site.of('edge-2').functions['access/doors']).toBe(0)
    expect(site.of('edge-2').reason.en).toContain('Not L1: what comes and goes is L2 at most.')
    expect(site.of('edge-2').reason.zh).toContain('时通时断')
  })

  test('one that stays down is a fault of kind down when it is steady, and the same one', () => {
    const site = watch()
    flap('cam-1', 0, site)
    const { fault } = site.of('cam-1')
    site.at(1000)
    expect(site.open()).toEqual({ 'cam-1': 'down L3' })
    expect(site.of('cam-1').fault).toBe(fault)
  })

  test('what flaps because its switch does is affected, not a fault', () => {
    const site = watch()
    for (let i = 0; i < 5; i += 1) {
      const change = i % 2 === 0 ? down : up
      site.at(i * 100, ...change('edge-2'))
      site.at(i * 100 + 2, ...change('door-1', 'door-2'))
    }
    expect(site.open()).toEqual({ 'edge-2': 'intermittent L2' })
    site.at(410, ...up('edge-2'))
    site.at(412, ...up('door-1', 'door-2'))
    site.at(5000)
    expect(site.open()).toEqual({})
    expect(site.events.filter((it) => it.cause.startsWith('door'))).toEqual([])
  })
})

describe('common cause', () => {
  const behind = ['cam-5', 'cam-6', 'cam-7', 'cam-8', 'door-1', 'door-2', 'meter']

  test('at least 3 and 80 % of those that need it with no alternative, within 60 s', () => {
    const { at, open, of, events } = watch()
    behind.slice(0, 5).forEach((it, i) => {
      at(i * 10, ...down(it))
    })
    expect(Object.keys(open())).toHaveLength(5)
    at(60, ...down('door-2'))
    expect(open()).toEqual({ 'edge-2': 'suspected L1' })
    expect(of('edge-2').affected).toEqual(expect.arrayContaining(behind))
    expect(of('edge-2').reason.en).toContain('6 of the 7 devices that need it')
    expect(events.filter((it) => it.event === 'closed')).toHaveLength(5)
    expect(events.find((it) => it.event === 'closed')?.reason.en).toContain('see the fault of edge-2')
  })

  test('not when they went down further apart, nor when fewer than 3 are all', () => {
    const { at, open } = watch()
    for (const it of behind.slice(0, 5)) at(0, ...down(it))
    at(61, ...down('door-2'))
    expect(open()['edge-2']).toBeUndefined()
    at(100, ...down('core-1'))
    expect(open()['edge-2']).toBeUndefined()
  })

  test('lasts until fewer than 3 of them are down; those are causes at once', () => {
    const { at, open } = watch()
    at(0, ...down(...behind.slice(0, 6)))
    at(300, ...up('cam-5', 'cam-6', 'cam-7'))
    expect(Object.keys(open())).toEqual(['edge-2'])
    at(310, ...up('cam-8'))
    expect(Object.keys(open())).toEqual(['door-1', 'door-2'])
  })

  test('when the device itself goes down the fault changes; when all is well again it closes', () => {
    const { at, events, open } = watch()
    at(0, ...down(...behind))
    at(100, ...down('edge-2'))
    at(200, ...up('edge-2', ...behind))
    at(1000)
    expect(open()).toEqual({})
    expect(events.map((it) => `${it.event} ${it.cause} ${it.kind}`)).toEqual([
      'opened edge-2 suspected',
      'changed edge-2 down',
      'closed edge-2 down',
    ])
  })

  test('a switch that has just come back is not suspected while the devices behind it start', () => {
    const { at, open, events } = watch()
    at(0, ...down('edge-2', ...behind))
    at(300, ...up('edge-2'))
    expect(open()).toEqual({})
    at(400, ...up(...behind))
    at(1000)
    expect(linesOf(events)).toEqual(['0 opened edge-2', '300 closed edge-2'])
  })

  test('it is suspected 120 s later if they do not come back', () => {
    const { at, events } = watch()
    at(0, ...down('edge-2', ...behind))
    at(300, ...up('edge-2'))
    at(1000)
    expect(linesOf(events).at(-1)).toBe('420 opened edge-2')
    expect(events.at(-1)?.kind).toBe('suspected')
  })

  test('devices under maintenance are no evidence', () => {
    const { at, open } = watch()
    at(0, ...behind.map((it) => maintenance(it)), ...down(...behind))
    expect(open()).toEqual({})
  })

  const unfed = (...devices: string[]) => devices.map((device) => ({ device, unfed: true }))

  test('names PoE when the ports draw nothing, and which of them where not all', () => {
    const { at, of, events } = watch()
    at(0, ...unfed('cam-5', 'cam-6'), ...down(...behind))
    expect(of('edge-2').reason.en).toContain('The ports of 2 of them draw no power (PoE).')
    at(5, ...unfed(...behind))
    expect(events.at(-1)).toMatchObject({ event: 'changed', cause: 'edge-2', kind: 'suspected' })
    expect(of('edge-2').reason.en).toContain('edge-2 may have stopped feeding them')
    expect(of('edge-2').reason.zh).toContain('可能是 edge-2 停止了供电')
    at(10, ...unfed(...behind))
    expect(events).toHaveLength(2)
  })

  test('a port that draws nothing makes no fault, and is told with the outage that it explains', () => {
    const { at, of, open } = watch()
    at(0, ...unfed('cam-5'))
    expect(open()).toEqual({})
    at(10, ...down('cam-5'))
    expect(of('cam-5').reason.en).toContain('Its port draws no power (PoE).')
    at(20, { device: 'cam-5', unfed: false }, ...up('cam-5'))
    expect(open()).toEqual({})
  })

  test('comes before intermittent and imminent', () => {
    const { at, open } = watch()
    at(0, imminent('edge-2'))
    at(10, ...down(...behind))
    expect(open()).toEqual({ 'edge-2': 'suspected L1' })
  })
})
