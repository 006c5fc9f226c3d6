import { describe, expect, test } from 'vitest'
import { building, down, linesOf, maintenance, midnight, openOf, up, watch } from './building.test-site.ts'
import { createDiagnosis, DiagnosisSnapshot, FaultEvent, restoreDiagnosis } from './index.ts'

const without = (id: string) => ({
  ...building,
  devices: building.devices
    .filter((it) => it.id !== id)
    .map((it) => ({ ...it, needs: it.needs.map((list) => list.filter((need) => need !== id)) })),
})

describe('time', () => {
  test('what falls due before is put out first, at its own time', () => {
    const { at } = watch()
    at(0, ...down('edge-2', 'cam-5'))
    at(100, ...up('edge-2'))
    expect(linesOf(at(900, ...down('spare')))).toEqual(['220 opened cam-5', '900 opened spare'])
  })

  test('a time before the last one counts as the last one', () => {
    const { at, diagnosis } = watch()
    at(100, ...down('cam-1'))
    expect(at(50, ...down('cam-2'))).toMatchObject([{ at: midnight + 100_000 }, { at: midnight + 100_000 }])
    expect(diagnosis.openFaults()).toHaveLength(2)
  })

  test('inputs of unknown devices are left out', () => {
    expect(watch().at(0, ...down('nobody'))).toEqual([])
  })

  test('settings take the place of the figures', () => {
    const diagnosis = createDiagnosis(building, { returnMs: 5000 })
    diagnosis.step(0, down('edge-2', 'cam-5'))
    diagnosis.step(1000, up('edge-2'))
    expect(diagnosis.nextDueAt()).toBe(6000)
  })

  test('events hold to their schema', () => {
    const { at } = watch()
    for (const it of at(0, ...down('edge-1'))) expect(FaultEvent.parse(it)).toEqual(it)
  })
})

describe('a snapshot', () => {
  test('loses nothing: time, open faults, maintenance, suspicions', () => {
    const { at, diagnosis } = watch()
    at(0, maintenance('nvr'), ...down('edge-1', 'cam-1', 'cam-5', 'cam-6', 'cam-7', 'cam-8', 'door-1', 'door-2'))
    at(30, ...up('edge-1'))
    const saved: unknown = JSON.parse(JSON.stringify(diagnosis.snapshot()))
    const restored = restoreDiagnosis(building, DiagnosisSnapshot.parse(saved))
    expect(restored.openFaults()).toEqual(diagnosis.openFaults())
    expect(restored.nextDueAt()).toBe(midnight + 150_000)
    expect(restored.step(midnight + 500_000, [])).toEqual(diagnosis.step(midnight + 500_000, []))
    expect(openOf(restored)).toEqual({ 'cam-1': 'down L1', 'edge-2': 'suspected L1' })
    expect(restored.snapshot()).toEqual(diagnosis.snapshot())
  })

  test('is small: what was only ever up is not in it', () => {
    const { at, diagnosis } = watch()
    at(0, ...up(...building.devices.map((it) => it.id)), ...down('cam-1'))
    expect(diagnosis.snapshot().devices.map((it) => it.id)).toEqual(['cam-1', 'cam-1-record'])
  })

  test('of another model closes the faults of devices that are gone, at the next step', () => {
    const { at, diagnosis } = watch()
    at(0, ...down('spare', 'cam-1'))
    const restored = restoreDiagnosis(without('spare'), diagnosis.snapshot())
    const [closed, ...rest] = restored.step(midnight + 10_000, [])
    expect(closed).toMatchObject({ event: 'closed', cause: 'spare' })
    expect(closed?.reason.en).toContain('no longer in the site')
    expect(rest).toEqual([])
  })
})

describe('another model', () => {
  test('keeps what is known of devices in both and judges anew', () => {
    const { at, diagnosis, of, open } = watch()
    at(0, ...down('core-1'))
    const { fault } = of('core-1')
    expect(open()).toEqual({ 'core-1': 'down L2' })
    const events = diagnosis.replaceModel(midnight + 5000, without('core-2'))
    expect(events).toMatchObject([{ event: 'changed', cause: 'core-1', fault, level: 'L1' }])
    expect(diagnosis.replaceModel(midnight + 6000, building)).toMatchObject([{ event: 'changed', level: 'L2' }])
  })

  test('a device that is taken out takes its fault with it', () => {
    const { at, diagnosis } = watch()
    at(0, ...down('spare'))
    expect(diagnosis.replaceModel(midnight + 5000, without('spare'))).toMatchObject([
      { event: 'closed', cause: 'spare' },
    ])
    expect(diagnosis.replaceModel(midnight + 6000, building)).toEqual([])
    expect(diagnosis.openFaults()).toEqual([])
  })

  test('what is due before comes first', () => {
    const { at, diagnosis } = watch()
    at(0, ...down('edge-2', 'cam-5'))
    at(100, ...up('edge-2'))
    expect(linesOf(diagnosis.replaceModel(midnight + 500_000, building))).toEqual(['220 opened cam-5'])
  })

  test('a ring that no root feeds is never able, and is no fault', () => {
    const model = { systems: [], devices: [ringed('a', 'b'), ringed('b', 'a')] }
    const { at, open } = watch(model)
    at(0, ...down('a'))
    at(5000)
    expect(open()).toEqual({})
  })
})

function ringed(id: string, need: string) {
  return { id, kind: 'switch', serves: [], needs: [[need]] }
}
