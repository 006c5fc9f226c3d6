import { FaultLevel } from '@steward/shared/model'
import { type AlertingTables, type StoredSilence, silenceOver, silencesIn } from '../alerting/index.ts'
import type { FaultRow, FaultsDb } from './rows.ts'
import { openOfIncidents, systemsOf } from './rows.ts'

/** The silence of a fault, and until when it holds this time. */
export type Silencing = { silence: StoredSilence; until: number }

/**
 * Fault → the silence that covers it now; only open ones. A fault of an L1 incident is silenced when all of the incident
 * is: as long as one of its faults is not, people are paged of all.
 */
export async function silencesOf(
  db: FaultsDb,
  rows: readonly FaultRow[],
  now: number,
): Promise<ReadonlyMap<string, Silencing>> {
  const open = rows.filter((it) => it.closed_at === null)
  if (open.length === 0) return new Map()
  const silences = await silencesIn(db.withTables<AlertingTables>(), { from: now, to: now + 1 })
  if (silences.length === 0) return new Map()
  const over = (row: FaultRow): Silencing | null => {
    const { customer, site, timezone, device } = row
    const fault = { customer, site, timezone, device, systems: systemsOf(row), level: FaultLevel.parse(row.level) }
    return silenceOver(silences, fault, now)
  }
  const covered = open.flatMap((row) => {
    const silence = over(row)
    return silence === null ? [] : [{ row, silence }]
  })
  const incidents = covered.flatMap(({ row }) => (row.level === 'L1' ? (row.incident ?? []) : []))
  const heard = new Set(
    (await openOfIncidents(db, incidents)).flatMap((it) => (over(it) === null ? (it.incident ?? []) : [])),
  )
  const silent = covered.filter(({ row }) => row.level !== 'L1' || row.incident === null || !heard.has(row.incident))
  return new Map(silent.map(({ row, silence }) => [row.id, silence]))
}
