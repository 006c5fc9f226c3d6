import { createDiagnosis, type FaultEvent } from '@steward/shared/diagnosis'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acrossAgents, gathered, type Seen } from './gather.ts'
import {
  across,
  allAt,
  anySeen,
  behind,
  end,
  gatherMs,
  ids,
  inOrderOf,
  model,
  second,
  turns,
} from './two-agents.test-site.ts'

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

describe('whatever the order of delivery', () => {
  test('the faults are those of everything told at once; each opens once, and none is left open', async () => {
    await fc.assert(
      fc.asyncProperty(anySeen, turns, async (seen, order) => {
        let history: FaultEvent[] = []
        for await (const { from, judgement } of inOrderOf(seen, order)) {
          history = [...history.filter((it) => it.at <= from.at), ...judgement.events]
        }
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
