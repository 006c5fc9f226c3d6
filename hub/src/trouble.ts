/** Whether the hub can do its work: what /readyz says, and what silences the dead-man ping. */
import { statfs } from 'node:fs/promises'
import { isStewardError } from '@steward/shared/errors'
import { sql } from 'kysely'
import type { Platform } from './platform.ts'

/** Below this both stores will soon fail to write. */
const leastFreeBytes = 200 * 1024 * 1024

/** Why the hub cannot do its work, in one line, or null. */
export async function platformTrouble({ db, dataDir }: Platform): Promise<string | null> {
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    return isStewardError(error) ? error.message : 'the database does not answer'
  }
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  return free < leastFreeBytes
    ? `the disk of the data folder is full but for ${Math.round(free / 1_048_576)} MiB`
    : null
}
