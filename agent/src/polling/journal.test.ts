import { TopologyFindings } from '@steward/shared/topology'
import type { AgentRecord } from '@steward/shared/wire'
import { describe, expect, test } from 'vitest'
import { createJournal } from './journal.ts'
import { emptyState, parseState, type SavedState } from './saved-state.ts'

function journalFrom(saved: SavedState) {
  const records: AgentRecord[] = []
  const states: Record<string, string | null>[] = []
  const journal = createJournal(
    saved,
    (some, state) => {
      records.push(...some)
      if (state !== null) states.push(state)
    },
    (problems) => ({ version: 1, at: 5, diagnosis: null, problems }),
  )
  return { journal, records, states }
}

/** What is saved after all these changes. */
function textsOf(states: readonly Record<string, string | null>[]): Record<string, string> {
  const all = Object.entries(Object.assign({}, ...states))
  return Object.fromEntries(all.filter((it): it is [string, string] => typeof it[1] === 'string'))
}

const point = { id: 'a', class: 'value', instance: '', name: 'A', unit: '' }
const reason = { zh: '', en: '' }

describe('journal', () => {
  test('tells each thing once, also over a restart', () => {
    const first = journalFrom(emptyState)
    const tellAll = ({ journal }: typeof first) => {
      journal.state('cam-01', 1, 'down', reason)
      journal.points('cam-01', 1, [point])
      journal.identity('cam-01', 1, { vendor: 'Example' })
      journal.secret('cam-01', 1, { set: true, works: false })
      journal.problem('read:cam-01:0', 'cam-01', 1, { code: 'driver/no-secret', message: 'set one' })
      journal.flush()
    }
    tellAll(first)
    tellAll(first)
    expect(first.records.map((it) => it.type)).toEqual(['state', 'points', 'identity', 'secret', 'problem'])
    const saved = parseState(textsOf(first.states))
    if (saved === null) throw new Error('the state cannot be read back')
    const second = journalFrom(saved)
    tellAll(second)
    expect(second.records).toEqual([])
    second.journal.problem('read:cam-01:0', 'cam-01', 2, null)
    second.journal.flush()
    expect(second.records).toEqual([expect.objectContaining({ code: 'driver/no-secret', over: true })])
  })

  test('samples alone do not write the state anew', () => {
    const { journal, records, states } = journalFrom(emptyState)
    journal.samples('cam-01', 1, { a: 1 })
    journal.flush()
    expect(records).toHaveLength(1)
    expect(states).toEqual([])
  })

  test('writes only the devices of which something else is told, and takes those out that are gone', () => {
    const { journal, states } = journalFrom(emptyState)
    for (const device of ['cam-01', 'cam-02']) journal.state(device, 1, 'up', reason)
    journal.flush()
    journal.state('cam-02', 2, 'down', reason)
    journal.flush()
    journal.keepOnly((device) => device === 'cam-02')
    journal.touch()
    journal.flush()
    expect(states.map((it) => Object.keys(it))).toEqual([
      ['state', 'state/told/cam-01', 'state/told/cam-02'],
      ['state', 'state/told/cam-02'],
      ['state', 'state/told/cam-01'],
    ])
    expect(parseState(textsOf(states))?.told).toEqual({ 'cam-02': expect.objectContaining({ state: 'down' }) })
  })

  test('where the neighbours are the same, tables are told every half hour at most', () => {
    const { journal, records } = journalFrom(emptyState)
    const findings = (mac: string, gateway: string) =>
      TopologyFindings.parse({ gateway, forwarding: [{ port: '1', count: 1, macs: [mac] }] })
    const minute = 60_000
    journal.topology('edge-1', 0, findings('02:00:00:00:00:01', '10.0.0.1'))
    journal.topology('edge-1', 5 * minute, findings('02:00:00:00:00:02', '10.0.0.1'))
    journal.topology('edge-1', 6 * minute, findings('02:00:00:00:00:02', '10.0.0.2'))
    journal.topology('edge-1', 60 * minute, findings('02:00:00:00:00:02', '10.0.0.2'))
    journal.flush()
    expect(records.map((it) => it.at / minute)).toEqual([0, 6, 60])
  })

  test('a state that cannot be read is none', () => {
    expect(parseState({ state: '{' })).toBeNull()
    expect(parseState({ state: '{"version":7}' })).toBeNull()
  })
})
