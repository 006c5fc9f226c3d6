import type { MarkInput } from '@steward/shared/diagnosis'
import type { Kysely } from 'kysely'
import type { FaultTables } from '../schema.ts'

/** Longer ago nothing is judged anew, so that of what is told otherwise since nobody asks. */
const keptMs = 2 * 86_400_000

/** Files what an agent judges by beside states, at its own time; told twice it is there once. */
export async function fileMark(
  db: Kysely<FaultTables>,
  it: { site: string; at: number; input: MarkInput },
): Promise<void> {
  const { site, at, input } = it
  const { device } = input
  const mark = nameOf(input)
  await db
    .deleteFrom('device_marks')
    .where('site', '=', site)
    .where('device', '=', device)
    .where('mark', '=', mark)
    .where('at', '<', at - keptMs)
    .execute()
  const values = { input: JSON.stringify(input) }
  await db
    .insertInto('device_marks')
    .values({ site, device, mark, at, ...values })
    .onConflict((conflict) => conflict.columns(['site', 'device', 'mark', 'at']).doUpdateSet(values))
    .execute()
}

function nameOf(input: MarkInput): string {
  if ('imminent' in input) return `imminent/${input.imminent}`
  if ('degraded' in input) return `degraded/${input.degraded}`
  return 'unfed' in input ? 'unfed' : 'unmanageable'
}
