/** Random sites and random days for the properties of the diagnosis: rings, shared providers, redundancy, weights. */
import { type DiagnosisInput, SiteModel } from '@steward/shared/diagnosis'
import fc from 'fast-check'

export type Day = { at: number; inputs: DiagnosisInput[] }[]
export type Case = { model: SiteModel; day: Day }

const systems = (limits: readonly number[], essential: readonly boolean[]) => [
  {
    id: 's',
    functions: limits.map((paralysedBelow, i) => ({ id: `f${i}`, essential: essential[i] === true, paralysedBelow })),
  },
]

/** Devices `d0`, `d1` …; most needs go to a lower number, so that there are layers, but some go up and close rings. */
function devicesOf(
  count: number,
  weights: readonly number[],
): fc.Arbitrary<{ needs: number[][]; serves: { fn: number; weight: number }[] }[]> {
  const member = (own: number) =>
    fc.oneof(
      { weight: 5, arbitrary: fc.nat({ max: Math.max(0, Math.min(own - 1, 3)) }) },
      { weight: 3, arbitrary: fc.nat({ max: Math.max(0, own - 1) }) },
      { weight: 1, arbitrary: fc.nat({ max: count - 1 }) },
    )
  return fc.tuple(
    ...Array.from({ length: count }, (_, own) =>
      fc.record({
        needs: fc.array(fc.array(member(own), { minLength: 1, maxLength: 3 }), { maxLength: own < 2 ? 1 : 2 }),
        serves: fc.array(fc.record({ fn: fc.nat({ max: 2 }), weight: fc.constantFrom(...weights) }), {
          maxLength: 2,
        }),
      }),
    ),
  )
}

/** Many small servers of one function with little between them: what several faults do together. */
function wideDevicesOf(count: number): ReturnType<typeof devicesOf> {
  return fc.tuple(
    ...Array.from({ length: count }, (_, own) =>
      fc.record({
        needs: fc.constantFrom<number[][][]>([], own > 1 ? [[0]] : [], own > 1 ? [[0]] : [], own > 2 ? [[1, 2]] : []),
        serves: fc.constantFrom(1, 1, 1, 2).map((weight) => [{ fn: 0, weight }]),
      }),
    ),
  )
}

const siteOf = (weights: readonly number[]): fc.Arbitrary<SiteModel> =>
  fc
    .record({
      devices: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 3, max: 11 }).chain((it) => devicesOf(it, weights)) },
        { weight: 1, arbitrary: fc.integer({ min: 6, max: 11 }).chain(wideDevicesOf) },
      ),
      limits: fc.tuple(fc.constantFrom(0.3, 0.5, 0.75, 1), fc.constantFrom(0, 0.3, 0.5), fc.constantFrom(0.5, 0.9)),
      essential: fc.tuple(fc.constant(true), fc.boolean(), fc.boolean()),
    })
    .map(({ devices, limits, essential }) =>
      SiteModel.parse({
        systems: systems(limits, essential),
        devices: devices.map((it, own) => ({
          id: `d${own}`,
          needs: it.needs
            .map((list) => list.filter((member) => member !== own).map((member) => `d${member}`))
            .filter((list) => list.length > 0),
          serves: it.serves
            .filter((serve, i) => it.serves.findIndex((other) => other.fn === serve.fn) === i)
            .map(({ fn, weight }) => ({ function: `s/f${fn}`, weight })),
        })),
      }),
    )

/** Gaps in seconds, most of them at the edges of the rules: 60 s, 120 s, 10 min. */
const gap = fc.constantFrom(0, 1, 5, 20, 30, 59, 60, 61, 90, 119, 120, 121, 240, 600, 601)

function inputOf(devices: number): fc.Arbitrary<DiagnosisInput> {
  const device = fc.nat({ max: devices - 1 }).map((it) => `d${it}`)
  const state = fc.constantFrom<('up' | 'down' | 'unknown')[]>('down', 'down', 'down', 'up', 'up', 'up', 'unknown')
  return fc.oneof(
    { weight: 14, arbitrary: fc.record({ device, state }) },
    { weight: 2, arbitrary: fc.record({ device, maintenance: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ device, imminent: fc.constantFrom('a', 'b'), value: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({ device, degraded: fc.constant('x'), value: fc.boolean(), direct: fc.boolean() }),
    },
    { weight: 1, arbitrary: fc.record({ device, unmanageable: fc.boolean() }) },
  )
}

/** What an input is about; at one instant each thing has one value. */
function thingOf(input: DiagnosisInput): string {
  if ('imminent' in input) return `${input.device} ${input.imminent}`
  return `${input.device} ${Object.keys(input).find((it) => it !== 'device')}`
}

type Moment = { gap: number; inputs: DiagnosisInput[] }

/** All that need one device go down or up together: what a common cause looks like. */
function burstOf(model: SiteModel): fc.Arbitrary<Moment[]> {
  return fc
    .record({
      of: fc.nat({ max: 3 }),
      state: fc.constantFrom<('up' | 'down')[]>('down', 'down', 'up'),
      gaps: fc.array(gap),
    })
    .map(({ of, state, gaps }) =>
      model.devices
        .filter((it) => it.needs.some((requirement) => requirement.every((member) => member === `d${of}`)))
        .map(({ id: device }, i) => ({ gap: (gaps[i] ?? 0) % 40, inputs: [{ device, state }] })),
    )
}

/** One device goes down and up again and again. */
function flutterOf(devices: number): fc.Arbitrary<Moment[]> {
  return fc
    .record({
      own: fc.nat({ max: devices - 1 }),
      times: fc.integer({ min: 3, max: 8 }),
      every: fc.constantFrom(20, 100, 150),
    })
    .map(({ own, times, every }) =>
      Array.from({ length: times }, (_, i) => ({
        gap: every,
        inputs: [{ device: `d${own}`, state: i % 2 === 0 ? ('down' as const) : ('up' as const) }],
      })),
    )
}

function dayOf(model: SiteModel): fc.Arbitrary<Day> {
  const inputs = fc.array(inputOf(model.devices.length), { minLength: 1, maxLength: 4 })
  const plain = fc.array(fc.record({ gap, inputs }), { minLength: 1, maxLength: 8 })
  const part = fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 2, arbitrary: burstOf(model) },
    { weight: 1, arbitrary: flutterOf(model.devices.length) },
  )
  return fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => dayFrom(parts.flat()))
}

/** Moments one after the other; what is at the same instant comes together, each thing with one value. */
function dayFrom(moments: readonly Moment[]): Day {
  const day: Day = []
  let at = 1_767_225_600_000
  for (const { gap: seconds, inputs } of moments) {
    at += seconds * 1000
    const last = day.at(-1)
    const together = last?.at === at ? last.inputs : []
    const things = new Set(together.map(thingOf))
    const fresh = inputs.filter((it) => !things.has(thingOf(it)) && things.add(thingOf(it)))
    if (last?.at === at) last.inputs.push(...fresh)
    else day.push({ at, inputs: fresh })
  }
  return day
}

const caseOf = (weights: readonly number[]): fc.Arbitrary<Case> =>
  siteOf(weights).chain((model) => dayOf(model).map((day) => ({ model, day })))
const weights = [1, 2, 4, 0.5, 0.1]

/** Sites as an inventory takes them. */
export const weighedCase = caseOf(weights)
/** Also with servers that weigh nothing, which a file of a site may have. */
export const anyCase = caseOf([...weights, 0])
