import { PollingSettings } from '@steward/shared/model'
import { expect, test } from 'vitest'
import { createForesight } from './foresight.ts'
import { createJournal } from './journal.ts'
import { createJudge, type Judge } from './judge.ts'
import { lineOf } from './line-of-test.ts'
import { emptyState } from './saved-state.ts'
import { emptySite } from './site.ts'

const hourMs = 3_600_000
const start = Date.UTC(2026, 5, 1)
const points = [
  { id: 'temperature.1', class: 'temperature', name: 'Temperature', instance: '', unit: '°C', limits: { high: 70 } },
  { id: 'disk.1', class: 'storage', name: 'Storage used', instance: '', unit: '%' },
]

/** A recorder with a temperature and a disk, judged as it is read. */
function watchedRecorder(snapshot: ReturnType<Judge['snapshot']> | null = null) {
  let now = 0
  const site = {
    ...emptySite,
    settings: PollingSettings.parse({}),
    model: { systems: [], devices: [{ id: 'cam-01', kind: 'nvr', serves: [], needs: [] }] },
    watched: [{ id: 'cam-01', checked: true, needs: [] }],
  }
  const quiet = () => undefined
  const judge = createJudge({
    site,
    snapshot,
    journal: createJournal(emptyState, quiet, () => emptyState),
    now: () => start + now,
    firstCheckAtMs: () => 0,
  })
  const foresight = createForesight({ judge: () => judge, now: () => now })
  const line = lineOf({})
  line.points = points
  return {
    judge,
    line,
    read(temperature: number | null, used: number | null = null, afterMs = 60_000) {
      now += afterMs
      foresight.read(line, { values: { 'temperature.1': temperature, 'disk.1': used }, errors: [] })
    },
    open: () => judge.openFaults().map((it) => `${it.kind} ${it.reason.en}`),
  }
}

test('two hot readings in a row are an end in sight, one is chance; a cool one ends it', () => {
  const { read, open } = watchedRecorder()
  read(75)
  read(60)
  read(75)
  expect(open()).toEqual([])
  read(76)
  expect(open()).toEqual([expect.stringMatching(/^imminent .*past its critical 70 °C/)])
  read(null)
  expect(open()).toHaveLength(1)
  read(69)
  expect(open()).toEqual([])
})

test('a disk that fills within a day is told after an hour, and no more once something was deleted', () => {
  const { read, open } = watchedRecorder()
  const quarter = hourMs / 4
  for (const used of [50, 51, 52, 53]) read(20, used, quarter)
  expect(open()).toEqual([])
  read(20, 54, quarter)
  expect(open()).toEqual([expect.stringMatching(/^imminent .*its storage is full in about 12 h/)])
  read(20, 30, quarter)
  expect(open()).toEqual([])
})

test('what was foreseen before a restart ends after it', () => {
  const before = watchedRecorder()
  before.read(80)
  before.read(80)
  const after = watchedRecorder(before.judge.snapshot())
  expect(after.open()).toHaveLength(1)
  after.read(20)
  expect(after.open()).toEqual([])
})
