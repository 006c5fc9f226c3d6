import { type MaintenanceWindow, PollingSettings } from '@steward/shared/model'
import type { AgentRecord } from '@steward/shared/wire'
import { expect, test } from 'vitest'
import { createJournal } from './journal.ts'
import { createJudge } from './judge.ts'
import { emptyState } from './saved-state.ts'
import { emptySite, type Site } from './site.ts'

const start = Date.UTC(2026, 5, 1)
const unanswered = { code: 'uplink/timeout', message: 'no answer' }

function siteWith(maintenance: readonly MaintenanceWindow[]): Site {
  const device = { id: 'cam', kind: 'camera', serves: [], needs: [] }
  return {
    ...emptySite,
    settings: PollingSettings.parse({}),
    model: { systems: [], devices: [device] },
    devices: new Map([['cam', { ...device, kind: 'camera', connections: [], location: '', note: '', enabled: true }]]),
    watched: [{ id: 'cam', checked: true, needs: [] }],
    maintenance,
  }
}

test('what goes down after a window has begun opens no fault, though nobody has looked at the clock since', () => {
  const records: AgentRecord[] = []
  const journal = createJournal(
    emptyState,
    (it) => records.push(...it),
    () => emptyState,
  )
  let now = start
  const [from, to] = [start + 5000, start + 60_000].map((it) => new Date(it).toISOString())
  const window = { id: 'w', devices: ['cam'], systems: [], cuts: [], reason: '', from, to }
  const judge = createJudge({
    site: siteWith([window]),
    snapshot: null,
    journal,
    now: () => now,
    firstCheckAtMs: () => start,
  })
  judge.onTime(now)
  for (const atMs of [start + 4000, start + 5000, start + 6000]) {
    now = atMs
    judge.onCheck('cam', { startedAtMs: atMs - 1000, atMs, failure: unanswered })
  }
  journal.flush()
  expect(judge.isDown('cam')).toBe(true)
  expect(records.filter((it) => it.type === 'fault')).toEqual([])
  now = start + 60_000
  judge.onTime(now)
  expect(judge.openFaults().map((it) => [it.cause, it.kind, it.openedAt])).toEqual([['cam', 'down', now]])
})
