import { FaultLevel } from '@steward/shared/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { Alert, FaultNow, Page, Told } from './state.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const site = { id: 's', name: 's', timezone: 'UTC' }

/** One thing that happens, or that the hub does about it; `kill` decides and dies before anything was written. */
const step = fc.record({
  what: fc.constantFrom('set', 'set', 'close', 'maintain', 'silence', 'silence', 'decide', 'decide', 'kill'),
  id: fc.constantFrom(...ids),
  level: fc.constantFrom(...FaultLevel.options),
  touches: fc.integer({ min: 0, max: 2 }),
  on: fc.boolean(),
})
const history = fc.array(step, { maxLength: 60, size: 'max' })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Live = FaultNow & { touches: number }

/** Incidents as the engine makes them here: open L1 faults that touch the same thing, known by the oldest. */
function withIncidents(faults: Live[]): Live[] {
  const open = faults.filter((it) => it.closedAt === null && it.level === 'L1')
  return faults.map((fault) => {
    if (fault.closedAt !== null) return fault
    if (fault.level !== 'L1') return { ...fault, incident: null }
    const group = open.filter((it) => it.touches === fault.touches).sort((a, b) => a.openedAt - b.openedAt)
    return { ...fault, incident: group[0]?.id ?? fault.id }
  })
}

function simulate(
  steps: Step[],
  watch?: (alerts: readonly Alert[], faults: readonly Live[], told: Map<string, Told>) => void,
) {
  let faults: Live[] = []
  let now = 0
  let pageCount = 0
  const told = new Map<string, Told>()
  const pages = new Map<string, Page>()
  const sent: Alert[] = []
  const run = (keep: boolean): Alert[] => {
    const decision = decide({
      site,
      faults: faults.filter((it) => told.get(it.id)?.done !== true),
      told: [...told.values()].filter((it) => !it.done),
      pages: [...pages.values()].filter((it) => !it.closed),
      now,
      newPageId: () => `p${++pageCount}`,
    })
    if (!keep) return []
    for (const it of decision.told) told.set(it.fault, it)
    for (const it of decision.pages) pages.set(it.id, it)
    sent.push(...decision.alerts)
    watch?.(decision.alerts, faults, told)
    return decision.alerts
  }
  const change = (id: string, to: (it: Live) => Live): void => {
    faults = withIncidents(faults.map((it) => (it.closedAt === null && it.device?.id === id ? to(it) : it)))
  }
  const silence = (id: string, on: boolean): void => {
    faults = faults.map((it) => (it.device?.id === id ? { ...it, silenced: on } : it))
  }
  const open = ({ id, level, touches }: Step): void => {
    const started = { id: `${id}-${now}`, device: { id, name: id }, level, kind: 'down', openedAt: now } as const
    const rest = {
      reason: { zh: '', en: '' },
      closedAt: null,
      affected: [],
      incident: null,
      maintenance: false,
      silenced: false,
      closedInSilence: false,
      touches,
    }
    faults = withIncidents([...faults, { ...started, ...rest }])
  }
  for (const it of steps) {
    now += 1000
    if (it.what === 'set') {
      if (faults.some((f) => f.closedAt === null && f.device?.id === it.id)) {
        change(it.id, (f) => ({ ...f, level: it.level, touches: it.touches }))
      } else open(it)
    }
    if (it.what === 'close') change(it.id, (f) => ({ ...f, closedAt: now, closedInSilence: f.silenced }))
    if (it.what === 'silence') silence(it.id, it.on)
    if (it.what === 'maintain') change(it.id, (f) => ({ ...f, maintenance: it.on }))
    if (it.what === 'decide' || it.what === 'kill') run(it.what === 'decide')
  }
  return {
    run,
    sent,
    pages,
    told,
    all: () => faults,
    end: () => {
      for (const id of ids) silence(id, false)
      for (const id of ids) change(id, (f) => ({ ...f, closedAt: now, maintenance: false }))
    },
    endSilences: () => {
      for (const id of ids) silence(id, false)
    },
  }
}

test('whatever happens and wherever it dies: nothing twice, nothing open at the end, quiet when nothing changes', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const hub = simulate(steps)
      hub.end()
      hub.run(true)
      expect(hub.run(true)).toEqual([])
      const keys = hub.sent.map((it) => `${it.subject} ${it.key}`)
      expect(new Set(keys).size).toBe(keys.length)
      for (const fault of hub.all()) expect(hub.told.get(fault.id)?.done).toBe(true)
      for (const page of hub.pages.values()) expect(page.closed).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('every fault that was told of ends exactly once: by its own closing or by that of its incident', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const hub = simulate(steps.filter((it) => it.what !== 'maintain' && it.what !== 'silence'))
      hub.end()
      hub.run(true)
      const closed = hub.sent.filter((it) => it.facts.event === 'closed').map((it) => it.subject)
      const opened = hub.sent.filter((it) => it.key === 'opened').map((it) => it.subject)
      const absorbed = new Set([...hub.pages.values()].flatMap((it) => it.absorbed))
      for (const subject of opened.filter((it) => it.startsWith('page:'))) {
        expect(closed.includes(subject)).toBe(!absorbed.has(subject.slice(5)))
      }
      for (const fault of hub.all()) {
        const { page } = hub.told.get(fault.id) ?? { page: null }
        const inPage = page !== null && fault.level === 'L1'
        expect(closed.includes(`fault:${fault.id}`)).toBe(!inPage)
        if (inPage) expect(closed).toContain(`page:${page}`)
      }
    }),
    { numRuns: 500 },
  )
})

test('silence is kept: nothing of a silenced fault, and a page only where one of its faults is not', () => {
  fc.assert(
    fc.property(history, (steps) => {
      simulate(steps, (alerts, faults, told) => {
        for (const { subject } of alerts) {
          const members = faults.filter(
            (it) => subject === `fault:${it.id}` || subject === `page:${told.get(it.id)?.page}`,
          )
          expect(members.some((it) => !it.silenced)).toBe(true)
        }
      })
    }),
    { numRuns: 500 },
  )
})

test('when silences are over all that is still open has been told, and all that was told ends', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const hub = simulate(steps.filter((it) => it.what !== 'maintain'))
      hub.endSilences()
      hub.run(true)
      for (const fault of hub.all().filter((it) => it.closedAt === null)) {
        const { level } = hub.told.get(fault.id) ?? { level: null }
        expect(level).not.toBeNull()
        expect((level ?? 'L4') <= fault.level).toBe(true)
      }
      hub.end()
      hub.run(true)
      const subjects = (key: string) => hub.sent.filter((it) => it.key === key).map((it) => it.subject)
      const [opened, closed] = [subjects('opened'), subjects('closed')]
      const absorbed = new Set([...hub.pages.values()].flatMap((it) => it.absorbed))
      for (const page of opened.filter((it) => it.startsWith('page:'))) {
        expect(closed.includes(page)).toBe(!absorbed.has(page.slice(5)))
      }
      for (const fault of hub.all()) {
        const { level, page } = hub.told.get(fault.id) ?? { level: null, page: null }
        const inPage = page !== null && fault.level === 'L1'
        expect(closed.includes(`fault:${fault.id}`)).toBe(level !== null && !inPage)
      }
    }),
    { numRuns: 500 },
  )
})
