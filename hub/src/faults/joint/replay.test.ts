import { createDiagnosis, type FaultEvent, SiteModel } from '@steward/shared/diagnosis'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acrossAgents, gathered, type Seen } from './gather.ts'
import { type Base, type Judgement, judge } from './replay.ts'

const gatherMs = 15_000
const second = 1000
const breathe = () => undefined

/** The core is agent A's; behind it an edge switch of each agent with three cameras, all of one system. */
const camera = (id: string, edge: string) => ({ id, needs: [[edge]], serves: [{ function: 'cctv/view' }] })
const cameras = ['a', 'b'].flatMap((agent) => [1, 2, 3].map((it) => camera(`${agent}-cam-${it}`, `${agent}-edge`)))
const model = SiteModel.parse({
  systems: [{ id: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }],
  devices: [
    { id: 'a-core' },
    { id: 'a-edge', needs: [['a-core']] },
    { id: 'b-edge', needs: [['a-core']] },
    { id: 'b-alone', serves: [{ function: 'cctv/view' }] },
    ...cameras,
  ],
})
const ids = model.devices.map((it) => it.id)
const agentOf = (device: string) => device.slice(0, 1)
const across = acrossAgents(model, agentOf)
const behind = new Map([
  ['a-core', ids.filter((it) => it !== 'b-alone')],
  ['a-edge', ids.filter((it) => it === 'a-edge' || it.startsWith('a-cam'))],
  ['b-edge', ids.filter((it) => it === 'b-edge' || it.startsWith('b-cam'))],
])

test('devices hang together across agents by what they need, and only they', () => {
  expect([...across].sort()).toEqual(ids.filter((it) => it !== 'b-alone').sort())
  expect(acrossAgents(model, () => 'one')).toEqual(new Set())
})

test('what is seen within the span after an outage counts at its end, in its order; what hangs together with nothing, at once', () => {
  const seen: Seen[] = [
    { at: 1000, input: { device: 'b-cam-1', state: 'down' } },
    { at: 2000, input: { device: 'b-alone', state: 'down' } },
    { at: 9000, input: { device: 'a-core', state: 'down' } },
    { at: 17_000, input: { device: 'a-core', state: 'up' } },
  ]
  const { seen: moved, gatherings } = gathered(seen, across, gatherMs)
  expect(moved.map((it) => [it.at, it.input.device])).toEqual([
    [2000, 'b-alone'],
    [16_000, 'b-cam-1'],
    [16_000, 'a-core'],
    [17_000, 'a-core'],
  ])
  expect(gatherings).toEqual([{ from: 1000, to: 16_000 }])
})

const allAt = (seen: readonly Seen[], until: number): Promise<Judgement> =>
  judge({ model, base: { at: 0, snapshot: null }, seen, across, gatherMs, until, settledUntil: 0 }, breathe)

/** Up and down in any order, at any times, then all up. */
const anySeen = fc
  .array(
    fc.record({
      at: fc.integer({ min: 1, max: 1200 }),
      device: fc.constantFrom(...ids),
      state: fc.constantFrom('up' as const, 'down' as const),
    }),
    { maxLength: 60 },
  )
  .map((all) => {
    const seen = all.map(({ at, device, state }): Seen => ({ at: at * second, input: { device, state } }))
    const ends = ids.map((device): Seen => ({ at: 1300 * second, input: { device, state: 'up' } }))
    const once = new Map([...seen, ...ends].map((it) => [`${it.at} ${it.input.device}`, it]))
    return [...once.values()].sort((a, b) => a.at - b.at)
  })
const end = 3000 * second

/** Judged again after every batch, with what had come until then; of a batch only `many` records at a time. */
async function inOrderOf(seen: readonly Seen[], turns: readonly { agent: string; many: number }[]) {
  const queues = new Map(['a', 'b'].map((agent) => [agent, seen.filter((it) => agentOf(it.input.device) === agent)]))
  const come: Seen[] = []
  const told = new Map([...queues.keys()].map((agent) => [agent, 0]))
  let base: Base = { at: 0, snapshot: null }
  let history: FaultEvent[] = []
  let time = 1
  const rest = ['a', 'b'].map((agent) => ({ agent, many: seen.length }))
  for (const { agent, many } of [...turns, ...rest]) {
    const batch = queues.get(agent)?.splice(0, many) ?? []
    come.push(...batch)
    const isAll = queues.get(agent)?.length === 0
    told.set(agent, isAll ? end : (batch.at(-1)?.at ?? told.get(agent) ?? 0))
    time = Math.max(time, ...come.map((it) => it.at))
    const from = base.at
    const after = come.filter((it) => it.at > from).sort((a, b) => a.at - b.at)
    const settledUntil = Math.min(...told.values()) - 1
    const until = queues.values().every((it) => it.length === 0) ? end : time
    const done: Judgement = await judge({ model, base, seen: after, across, gatherMs, until, settledUntil }, breathe)
    history = [...history.filter((it) => it.at <= from), ...done.events]
    base = done.base
  }
  return history
}

describe('whatever the order of delivery', () => {
  const turns = fc.array(fc.record({ agent: fc.constantFrom('a', 'b'), many: fc.integer({ min: 1, max: 6 }) }), {
    maxLength: 20,
  })
  test('the faults are those of everything told at once; each opens once, and none is left open', async () => {
    await fc.assert(
      fc.asyncProperty(anySeen, turns, async (seen, order) => {
        const history = await inOrderOf(seen, order)
        expect(history).toEqual((await allAt(seen, end)).events)
        const opened = history.filter((it) => it.event === 'opened').map((it) => it.fault)
        const closed = history.filter((it) => it.event === 'closed').map((it) => it.fault)
        expect(new Set(opened).size).toBe(opened.length)
        expect(closed.sort()).toEqual(opened.sort())
      }),
      { numRuns: 200 },
    )
  })
})

/** What breaks, one after the other, and how long each agent takes to see it of each device. */
const breaks = fc.array(
  fc.record({
    what: fc.constantFrom('a-core', 'a-edge', 'b-edge', 'b-cam-2'),
    lagsMs: fc.array(fc.integer({ min: 0, max: 13_000 }), { minLength: ids.length, maxLength: ids.length }),
  }),
  { minLength: 1, maxLength: 5 },
)
const everyMs = 1800 * second

test('one thing that breaks is one fault, as one agent that sees all would have it, however late each device is seen', async () => {
  await fc.assert(
    fc.asyncProperty(breaks, async (all) => {
      const seen: Seen[] = []
      const one = createDiagnosis(model)
      const wanted: FaultEvent[] = []
      for (const [index, { what, lagsMs }] of all.entries()) {
        const [down, up] = [(index + 1) * everyMs, (index + 1) * everyMs + 600 * second]
        const gone = behind.get(what) ?? [what]
        const lags = new Map(gone.map((id, it) => [id, lagsMs[it] ?? 0]))
        const first = down + Math.min(...lags.values())
        for (const [device, lag] of lags) seen.push({ at: down + lag, input: { device, state: 'down' } })
        for (const device of gone) seen.push({ at: up, input: { device, state: 'up' } })
        const downs = gone.map((device) => ({ device, state: 'down' as const }))
        wanted.push(...one.step(first + gatherMs, downs))
        wanted.push(
          ...one.step(
            up,
            gone.map((device) => ({ device, state: 'up' as const })),
          ),
        )
      }
      const until = (all.length + 2) * everyMs
      wanted.push(...one.step(until, []))
      const { events } = await allAt(
        seen.sort((a, b) => a.at - b.at),
        until,
      )
      expect(events).toEqual(wanted)
      expect(events.filter((it) => it.event === 'opened').map((it) => it.cause)).toEqual(all.map((it) => it.what))
      // Each is one page at most.
      const paged = events.filter((it) => it.incident !== null && it.event === 'opened').map((it) => it.incident)
      expect(new Set(paged).size).toBe(paged.length)
    }),
    { numRuns: 200 },
  )
})
