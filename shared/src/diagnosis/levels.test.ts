import { describe, expect, test } from 'vitest'
import { Text } from '../model/index.ts'
import { building, down, imminent, linesOf, up, watch } from './building.test-site.ts'
import { SiteModel } from './index.ts'

describe('levels of a cause', () => {
  test('L3: a camera serves a function; L4: a spare part does not', () => {
    const { at, of, open } = watch()
    at(0, ...down('cam-1', 'spare'))
    expect(open()).toEqual({ 'cam-1': 'down L3', spare: 'down L4' })
    expect(of('cam-1').functions).toEqual({ 'cctv/record': 0.875, 'cctv/view': 0.875 })
    expect(of('cam-1').affected).toEqual(['cam-1-record'])
    expect(of('spare').functions).toEqual({})
  })

  test('L2: with one of two cores down the other must not fail', () => {
    const { at, of, open } = watch()
    at(0, ...down('core-1'))
    expect(open()).toEqual({ 'core-1': 'down L2' })
    expect(of('core-1').reason.en).toMatch(
      /if core-2 fails too, .* falls from 100% to 0%.* with core-1 whole it would keep 100%/,
    )
    expect(of('core-1').reason.zh).toContain('如果 core-2 也发生故障')
    expect(of('core-1').incident).toBeNull()
  })

  test('reasons speak of devices and functions by the names that people gave them', () => {
    const named = SiteModel.parse({
      systems: building.systems.map((system) => ({
        ...system,
        functions: system.functions.map((it) => ({ ...it, name: `the ${it.id}` })),
      })),
      devices: building.devices.map((it) => ({ ...it, name: it.id.startsWith('core') ? `Core ${it.id.at(-1)}` : 7 })),
    })
    const { at, of } = watch(named)
    at(0, ...down('core-1'))
    expect(of('core-1').reason.en).toMatch(
      /^Core 1 is down\. .*if Core 2 fails too, the doors falls .* with Core 1 whole/,
    )
    at(60, ...down('door-1'))
    expect(of('door-1').reason.zh).toMatch(/^door-1 已中断。the doors 的服务能力/)
    const [closed] = at(90, ...up('door-1'))
    expect(closed?.reason.en).toBe('door-1 is up again. the doors is at 100% now.')
  })

  test('L1: both cores down are one incident with everything behind as affected; healing closes all', () => {
    const { at, diagnosis, events, of, open } = watch()
    at(0, ...down('core-1'))
    at(30, ...down('core-2'))
    at(33, ...down('edge-1', 'edge-2', 'cam-1', 'door-1'))
    expect(open()).toEqual({ 'core-1': 'down L1', 'core-2': 'down L1' })
    expect(of('core-2').affected).toHaveLength(22)
    expect(of('core-2').incident).toBe(of('core-1').fault)
    expect(of('core-1').incident).toBe(of('core-1').fault)
    at(60, ...up('core-1'))
    at(90, ...up('core-2', 'edge-1', 'edge-2', 'cam-1', 'door-1'))
    at(4000)
    expect(open()).toEqual({})
    expect(diagnosis.nextDueAt()).toBeNull()
    expect(linesOf(events).filter((it) => it.includes('opened'))).toEqual(['0 opened core-1', '30 opened core-2'])
  })

  test('a single camera that fails while the whole system is down for another reason stays what it is', () => {
    const { at, open, of } = watch()
    at(0, ...down('cam-1'))
    at(100, ...down('core-1', 'core-2'))
    expect(open()['cam-1']).toBe('down L3')
    expect(of('cam-1').reason.en).toContain('paralysed (0%), but by other faults')
  })

  test('many small causes together: none decides, the largest are L1', () => {
    const model = SiteModel.parse({
      systems: [{ id: 's', functions: [{ id: 'f', essential: true, paralysedBelow: 0.5 }] }],
      devices: Array.from({ length: 10 }, (_, i) => ({ id: `d${i}`, serves: [{ function: 's/f' }] })),
    })
    const { at, open, of } = watch(model)
    for (let i = 0; i < 5; i += 1) at(i * 100, ...down(`d${i}`))
    expect(new Set(Object.values(open()))).toEqual(new Set(['down L3']))
    at(600, ...down('d5'))
    expect(new Set(Object.values(open()))).toEqual(new Set(['down L1']))
    expect(of('d0').reason.en).toContain('Mending this one alone brings it back to 50%')
    at(700, ...down('d6'))
    expect(new Set(Object.values(open()))).toEqual(new Set(['down L1']))
    expect(of('d0').reason.zh).toContain('多处故障叠加')
  })

  test('two L1 faults of different systems are two incidents; what touches both makes them one', () => {
    const { at, of } = watch()
    at(0, ...down('nvr'))
    at(100, ...down('door-1'))
    expect(of('nvr').incident).toBe(of('nvr').fault)
    expect(of('door-1').incident).toBe(of('door-1').fault)
    at(200, ...down('core-1', 'core-2'))
    for (const cause of ['nvr', 'door-1', 'core-1', 'core-2']) expect(of(cause).incident).toBe(of('nvr').fault)
  })
})

describe('imminent', () => {
  test('L2 if it would be L1 were it a cause, else L4; it affects nothing yet', () => {
    const { at, of, open } = watch()
    at(0, imminent('nvr'), imminent('cam-1'))
    expect(open()).toEqual({ 'cam-1': 'imminent L4', nvr: 'imminent L2' })
    expect(of('nvr')).toMatchObject({ affected: [], functions: {}, incident: null })
    expect(of('cam-1').functions).toEqual({ 'cctv/view': 1 })
    expect(of('nvr').reason.zh).toContain('UPS 正在用电池供电')
  })

  test('every other device with a mark counts with it', () => {
    const { at, open } = watch()
    at(0, imminent('core-1'))
    expect(open()).toEqual({ 'core-1': 'imminent L4' })
    at(10, imminent('core-2'))
    expect(open()).toEqual({ 'core-1': 'imminent L2', 'core-2': 'imminent L2' })
    at(20, imminent('core-1', false))
    expect(open()).toEqual({ 'core-2': 'imminent L4' })
  })

  test('when it comes true the fault changes, and keeps its id', () => {
    const { at, events } = watch()
    at(0, imminent('nvr'))
    at(10, ...down('nvr'))
    at(20, ...up('nvr'))
    at(30, imminent('nvr', false))
    expect(events.map((it) => `${it.event} ${it.kind} ${it.level}`)).toEqual([
      'opened imminent L2',
      'changed down L1',
      'changed imminent L2',
      'closed imminent L2',
    ])
    expect(new Set(events.map((it) => it.fault)).size).toBe(1)
  })

  test('a device that is down and merely affected carries no other fault', () => {
    const { at, open } = watch()
    at(0, imminent('cam-1'), { device: 'cam-1', degraded: 'clock-drift', value: true })
    at(10, ...down('edge-1', 'cam-1'))
    expect(Object.keys(open())).toEqual(['edge-1'])
  })
})

describe('degraded and unmanageable', () => {
  const refused = { device: 'cam-1', degraded: 'credentials-refused' }

  test('L3 when it affects service directly, else L4', () => {
    const { at, of, open } = watch()
    at(0, { ...refused, value: true })
    expect(open()).toEqual({ 'cam-1': 'degraded L4' })
    const reason = { zh: '帧率 3 帧/秒，应为 25', en: '3 frames per second, should be 25' }
    at(10, { device: 'cam-1', degraded: 'frame-rate', value: true, direct: true, reason })
    expect(open()).toEqual({ 'cam-1': 'degraded L3' })
    expect(of('cam-1').reason.en).toContain('it refuses the credentials; 3 frames per second, should be 25')
    at(20, { device: 'cam-1', degraded: 'frame-rate', value: false }, { ...refused, value: false })
    expect(open()).toEqual({})
  })

  test('a reason stays short enough for the wire, however much is wrong', () => {
    const { at, of } = watch()
    const long = 'x'.repeat(4000)
    at(
      0,
      ...Array.from({ length: 40 }, (_, i) => {
        return { device: 'cam-1', degraded: `mark-${i}`, value: true, reason: { zh: long, en: long } }
      }),
    )
    expect(Text.safeParse(of('cam-1').reason).success).toBe(true)
    expect(of('cam-1').reason.en).toContain('and 35 more')
  })

  test('unmanageable is L4 and takes nothing down', () => {
    const { at, diagnosis, of, open } = watch()
    at(0, { device: 'edge-1', state: 'unknown' }, { device: 'edge-1', unmanageable: true })
    expect(open()).toEqual({ 'edge-1': 'unmanageable L4' })
    expect(of('edge-1').affected).toEqual([])
    expect(diagnosis.capabilities()['cctv/view']).toBe(1)
  })

  test('of several kinds the first holds: down, imminent, degraded, unmanageable', () => {
    const { at, open } = watch()
    at(0, { device: 'edge-1', unmanageable: true })
    at(1, { device: 'edge-1', degraded: 'packet-loss', value: true })
    expect(open()).toEqual({ 'edge-1': 'degraded L4' })
    at(2, imminent('edge-1'))
    expect(open()).toEqual({ 'edge-1': 'imminent L2' })
    at(3, { device: 'edge-1', unmanageable: false }, ...down('edge-1'))
    expect(open()).toEqual({ 'edge-1': 'down L1' })
  })
})
