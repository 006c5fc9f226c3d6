import type { Kysely } from 'kysely'
import { pendingFigures, reachedNobodySince } from './delivery-log.ts'
import type { AlertingTables } from './schema.ts'
import { writeHeartbeat } from './settings.ts'

/** An alert that has reached nobody for this long is a trouble of the hub itself. */
const reachedNobodyMs = 15 * 60_000

/** What keeps the hub from telling anybody anything, or null. */
export async function troubleOf(
  db: Kysely<AlertingTables>,
  options: { now(): number; trouble?: () => Promise<string | null> },
): Promise<string | null> {
  try {
    await writeHeartbeat(db, options.now())
  } catch {
    return 'the database takes no writes'
  }
  const since = options.now() - reachedNobodyMs
  if (await reachedNobodySince(db, since)) return 'an alert has reached nobody for 15 minutes'
  return options.trouble === undefined ? null : options.trouble()
}

/** Figures for /metrics. */
export async function figures(
  db: Kysely<AlertingTables>,
  now: number,
): Promise<Record<string, { help: string; value: number }>> {
  const { pending, oldestAt } = await pendingFigures(db)
  const seconds = oldestAt === null ? 0 : Math.round((now - oldestAt) / 1000)
  return {
    steward_alerts_pending: { help: 'Alerts that wait to be delivered.', value: pending },
    steward_alerts_oldest_pending_seconds: { help: 'Age of the oldest of them.', value: seconds },
  }
}
