import type { FaultHistoryItem } from '@steward/shared/api'
import { FaultKind, FaultLevel, Text } from '@steward/shared/model'
import { z } from 'zod'
import type { FaultsDb } from './rows.ts'

const Event = z.enum(['opened', 'changed', 'closed', 'acknowledged', 'note', 'alerted', 'level-set', 'level-freed'])
type PersonEvent = 'acknowledged' | 'note' | 'alerted' | 'level-set' | 'level-freed'
/** A fault that changes all day is read by nobody to its last line. */
const maxLines = 2000

/** The history of a fault, oldest first. */
export async function historyOf(db: FaultsDb, fault: string): Promise<z.output<typeof FaultHistoryItem>[]> {
  const rows = await db
    .selectFrom('fault_events')
    .selectAll()
    .where('fault', '=', fault)
    .orderBy('at', 'desc')
    .orderBy('filed_at', 'desc')
    .limit(maxLines)
    .execute()
  return rows.reverse().map((row) => ({
    at: new Date(row.at).toISOString(),
    event: Event.parse(row.event),
    level: row.level === null ? null : FaultLevel.parse(row.level),
    kind: row.kind === null ? null : FaultKind.parse(row.kind),
    reason: row.reason === null ? null : Text.parse(JSON.parse(row.reason)),
    by: row.by,
    note: row.note,
  }))
}

/** Writes down what a person did, or was told. */
export async function addToHistory(
  db: FaultsDb,
  it: { fault: string; event: PersonEvent; level?: FaultLevel; by: string; note: string; now: number },
): Promise<void> {
  const { fault, event, level = null, by, note, now } = it
  await db
    .insertInto('fault_events')
    .values({
      fault,
      at: now,
      event,
      level,
      kind: null,
      reason: null,
      by,
      note: note === '' ? null : note,
      filed_at: now,
    })
    .execute()
}
