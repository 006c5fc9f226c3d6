/** A level that a person sets holds instead of the judged one, which stays beside it (fault-levels.md, section 3). */

import type { Fault } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { FaultLevel, Text } from '@steward/shared/model'
import type { InventoryTables } from '../inventory/index.ts'
import type { Faults } from './faults.ts'
import { addToHistory } from './history.ts'
import type { FaultRow } from './rows.ts'
import type { FaultTables } from './schema.ts'

type Setting = { level: FaultLevel | null; by: string; reason: string }

/** Sets the level of an open fault, or frees it (null). It is written to the fault's history and to the audit log. */
export async function setLevel(faults: Faults, row: FaultRow, { level, by, reason }: Setting): Promise<void> {
  const { platform } = faults
  if (row.closed_at !== null) throw new StewardError('input/conflict', 'The fault is over; its level is history.')
  if (level === null && row.set_level === null) {
    throw new StewardError('input/conflict', 'Nobody has set the level of this fault; it is as judged.')
  }
  const now = platform.now()
  const { id, site, customer, judged_level: judged } = row
  await platform.db.transaction().execute(async (all) => {
    const within = all.withTables<FaultTables & InventoryTables>()
    await within
      .updateTable('faults')
      .set(({ ref }) => ({
        level: level ?? ref('judged_level'),
        set_level: level,
        set_at: level === null ? null : now,
        set_by: level === null ? null : by,
        set_reason: level === null ? null : reason,
      }))
      .where('id', '=', id)
      .execute()
    const event = level === null ? 'level-freed' : 'level-set'
    await addToHistory(within, { fault: id, event, ...(level === null ? {} : { level }), by, note: reason, now })
    const detail = { level, judged, reason }
    await platform.audit.write({ who: by, action: 'fault.level', site, customer, target: id, detail }, all)
  })
  await faults.announce([{ fault: id, change: 'changed', at: now }])
}

/** What people are told of a fault: why it is what it is, and first of all that somebody set its level. */
export function reasonWithHand({ reason, level, levelByHand }: Pick<Fault, 'reason' | 'level' | 'levelByHand'>): Text {
  if (levelByHand === null) return reason
  const { by, judged, reason: why } = levelByHand
  return {
    zh: `级别由 ${by} 定为 ${level}（系统判定 ${judged}）：${why} ${reason.zh}`,
    en: `The level was set to ${level} by ${by} (judged ${judged}): ${why} ${reason.en}`,
  }
}
