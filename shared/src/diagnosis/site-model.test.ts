import { describe, expect, test } from 'vitest'
import { fittingModel, SiteModel } from './index.ts'

const systems = [{ id: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }]
const problemsOf = (site: unknown) =>
  SiteModel.safeParse(site).error?.issues.map((it) => `${it.path.join('.')}: ${it.message}`) ?? []

describe('the site model', () => {
  test('what is left out is empty, weighs 1, and is not essential', () => {
    const model = SiteModel.parse({
      systems: [{ id: 'a', functions: [{ id: 'b' }] }],
      devices: [{ id: 'x', serves: [{ function: 'a/b' }], needs: null }],
    })
    expect(model.systems[0]?.functions[0]).toEqual({ id: 'b', essential: false })
    expect(model.devices).toEqual([{ id: 'x', kind: 'other', serves: [{ function: 'a/b', weight: 1 }], needs: [] }])
    expect(SiteModel.parse({})).toEqual({ systems: [], devices: [] })
  })

  test.each([
    [
      'an essential function without its limit',
      { systems: [{ id: 'a', functions: [{ id: 'b', essential: true }] }] },
      'systems.0.functions.0.paralysedBelow: an essential function must state paralysedBelow',
    ],
    ['an unknown device', { devices: [{ id: 'x', needs: [['y']] }] }, 'devices.0.needs.0.0: there is no device "y"'],
    [
      'an unknown function',
      { systems, devices: [{ id: 'x', serves: [{ function: 'cctv/look' }] }] },
      'devices.0.serves.0.function: no system has a function "cctv/look"',
    ],
    [
      'an empty requirement',
      { devices: [{ id: 'x', needs: [[]] }] },
      'devices.0.needs.0: an empty requirement: name at least one device',
    ],
    ['a device that needs itself', { devices: [{ id: 'x', needs: [['x']] }] }, 'devices.0.needs.0.0: "x" needs itself'],
    ['a device twice', { devices: [{ id: 'x' }, { id: 'x' }] }, 'devices.1.id: there is another device "x"'],
    ['a system twice', { systems: [...systems, ...systems] }, 'systems.1.id: there is another system "cctv"'],
    [
      'a negative weight',
      { systems, devices: [{ id: 'x', serves: [{ function: 'cctv/view', weight: -1 }] }] },
      'devices.0.serves.0.weight: Too small: expected number to be >=0',
    ],
  ])('%s is named', (_, site, problem) => {
    expect(problemsOf(site)).toEqual([problem])
  })

  test('the part that fits together is kept, and what is left out is named', () => {
    const parsed = SiteModel.parse({ systems, devices: [{ id: 'a' }, { id: 'b', needs: [['a']] }] })
    const [a, b] = parsed.devices
    if (a === undefined || b === undefined) throw new Error('two devices were parsed')
    const broken = {
      systems: parsed.systems,
      devices: [
        a,
        { ...b, needs: [['a', 'gone'], ['gone'], ['b', 'a']], serves: [{ function: 'no/thing', weight: 1 }] },
        a,
      ],
    }
    const { model, misfits } = fittingModel(broken)
    expect(model.devices).toEqual([a, { ...b, needs: [['a'], ['a']], serves: [] }])
    expect(misfits.map((it) => it.path.join('.'))).toEqual([
      'devices.2.id',
      'devices.1.serves.0.function',
      'devices.1.needs.0.1',
      'devices.1.needs.1.0',
      'devices.1.needs.2.0',
    ])
    expect(SiteModel.safeParse(model).success).toBe(true)
  })
})
