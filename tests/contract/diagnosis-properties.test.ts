import {
  createDiagnosis,
  type Diagnosis,
  DiagnosisSnapshot,
  type FaultEvent,
  restoreDiagnosis,
} from '@steward/shared/diagnosis'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCase, type Case, type Day } from './diagnosis-arbitraries.ts'
import { type SlowFault, slowReading } from './diagnosis-slow-reading.ts'

/** More with STEWARD_PROPERTY_RUNS; the seed of a failure is printed by fast-check. */
const numRuns = Number(process.env.STEWARD_PROPERTY_RUNS ?? 150)

function openOf(diagnosis: Diagnosis): Record<string, SlowFault> {
  return Object.fromEntries(
    diagnosis
      .openFaults()
      .map(({ cause, fault, kind, level, affected, functions, incident }): [string, SlowFault] => [
        cause,
        { fault, kind, level, affected, functions, incident },
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function replay({ model, day }: Case, until?: number): { events: FaultEvent[]; diagnosis: Diagnosis } {
  const diagnosis = createDiagnosis(model)
  const events = day.flatMap(({ at, inputs }) => diagnosis.step(at, inputs))
  if (until !== undefined) events.push(...diagnosis.step(until, []))
  return { events, diagnosis }
}

/** Every instant at which something may fall due: 120 s and 10 min after anything, and 120 s after that. */
function instantsOf(day: Day): number[] {
  const given = day.map((it) => it.at)
  const later = [...given, ...given.map((it) => it + 600_000)]
  const due = [...later, ...later.map((it) => it + 120_000)]
  return [...new Set([...due, ...due.map((it) => it + 120_000)])].sort((a, b) => a - b)
}

describe('the diagnosis of random sites on random days', { timeout: 20_000 + numRuns * 60 }, () => {
  test('is what a slow reading of the definitions gives, at every instant', () => {
    fc.assert(
      fc.property(anyCase, ({ model, day }) => {
        const slow = slowReading(model)
        const diagnosis = createDiagnosis(model)
        for (const at of instantsOf(day)) {
          const inputs = day.find((it) => it.at === at)?.inputs ?? []
          diagnosis.step(at, inputs)
          const expected = Object.fromEntries([...slow.instant(at, inputs)])
          expect(openOf(diagnosis), `at ${at - (day[0]?.at ?? 0)} ms`).toEqual(expected)
        }
      }),
      { numRuns },
    )
  })

  test('does not depend on the order of what came at one instant', () => {
    fc.assert(
      fc.property(anyCase, ({ model, day }) => {
        const backward = day.map(({ at, inputs }) => ({ at, inputs: [...inputs].reverse() }))
        const devices = [...model.devices].reverse()
        expect(replay({ model: { ...model, devices }, day: backward }).events).toEqual(replay({ model, day }).events)
      }),
      { numRuns },
    )
  })

  test('does not depend on how often it is asked, or on being saved and restored in between', () => {
    fc.assert(
      fc.property(anyCase, fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 20 }), ({ model, day }, waits) => {
        const end = (day.at(-1)?.at ?? 0) + 3_600_000
        let diagnosis = createDiagnosis(model)
        const events: FaultEvent[] = []
        for (const [i, { at, inputs }] of day.entries()) {
          events.push(...diagnosis.step(at, inputs))
          const saved: unknown = JSON.parse(JSON.stringify(diagnosis.snapshot()))
          diagnosis = restoreDiagnosis(model, DiagnosisSnapshot.parse(saved))
          const asked = at + (waits[i] ?? 0) * 1000
          if (asked < (day[i + 1]?.at ?? end)) events.push(...diagnosis.step(asked, []))
        }
        events.push(...diagnosis.step(end, []))
        expect(events).toEqual(replay({ model, day }, end).events)
      }),
      { numRuns },
    )
  })

  test('opens, changes and closes each fault in turn, and only where something differs', () => {
    fc.assert(
      fc.property(anyCase, ({ model, day }) => {
        const open = new Map<string, FaultEvent>()
        let last = 0
        for (const event of replay({ model, day }, (day.at(-1)?.at ?? 0) + 3_600_000).events) {
          expect(event.at).toBeGreaterThanOrEqual(last)
          last = event.at
          const before = open.get(event.cause)
          expect(before === undefined).toBe(event.event === 'opened')
          expect(event.fault).toBe(before?.fault ?? event.fault)
          if (event.event === 'changed') expect(comparable(event)).not.toEqual(before && comparable(before))
          expect(event.reason.zh.length).toBeGreaterThan(0)
          expect(`${event.reason.en}${event.reason.zh}`).not.toMatch(/NaN|undefined|null|Infinity/)
          if (event.event === 'closed') open.delete(event.cause)
          else open.set(event.cause, event)
        }
      }),
      { numRuns },
    )
  })

  test('closes every fault when all is well again', () => {
    fc.assert(
      fc.property(anyCase, ({ model, day }) => {
        const { events, diagnosis } = replay({ model, day })
        const healed = (day.at(-1)?.at ?? 0) + 1000
        const inputs = model.devices.flatMap(({ id: device }) => [
          { device, state: 'up' as const },
          { device, unmanageable: false },
          { device, maintenance: false },
          { device, imminent: 'a', value: false },
          { device, imminent: 'b', value: false },
          { device, degraded: 'x', value: false },
        ])
        events.push(...diagnosis.step(healed, inputs), ...diagnosis.step(healed + 3_600_000, []))
        const balance = (kind: string) => events.filter((it) => it.event === kind).length
        expect(diagnosis.openFaults()).toEqual([])
        expect(balance('closed')).toBe(balance('opened'))
        expect(diagnosis.nextDueAt()).toBeNull()
      }),
      { numRuns },
    )
  })
})

function comparable({ kind, level, affected, functions, incident }: FaultEvent) {
  return { kind, level, affected, functions, incident }
}
