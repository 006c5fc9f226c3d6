import { TopologyFindings } from '@steward/shared/topology'
import type { AgentRecord } from '@steward/shared/wire'
import { describe, expect, test } from 'vitest'
import { createJournal } from './journal.ts'
import { emptyState, parseState, type SavedState } from './saved-state.ts'

function journalFrom(saved: SavedState) {
  const records: AgentRecord[] = []
  const states: string[] = []
  const journal = createJournal(
    saved,
    (some, state) => {
      records.push(...some)
      if (state !== null) states.push(state)
    },
    (told, problems) => ({ ...emptyState, at: 5, told, problems }),
  )
  return { journal, records, states }
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
    const saved = parseState(first.states.at(-1) ?? '')
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
    expect(parseState('{')).toBeNull()
    expect(parseState('{"version":7}')).toBeNull()
  })
})
