import type { Kysely } from 'kysely'
import type { Inventory } from '../inventory/index.ts'
import type { Platform } from '../platform.ts'
import type { MessageTables } from './schema.ts'

export type Messages = { db: Kysely<MessageTables>; inventory: Inventory; stop(): void }

const dayMs = 86_400_000
const keptMs = 30 * dayMs
const keptOfDevice = 10_000
const lookEveryMs = dayMs / 24
const rowsAtOnce = 5000

/** Opens the room, which forgets what is old now and then. */
export function createMessages({ db: all, now, log }: Platform, inventory: Inventory): Messages {
  const db = all.withTables<MessageTables>()
  const timer = setInterval(() => {
    forgetOldMessages(db, now()).catch((error: unknown) =>
      log.error({ err: error }, 'old messages of devices could not be forgotten'),
    )
  }, lookEveryMs)
  return { db, inventory, stop: () => clearInterval(timer) }
}

/** Forgets what is past its time, and of a device that said too much all but the newest; a few rows at a time. */
export async function forgetOldMessages(db: Kysely<MessageTables>, now: number): Promise<void> {
  await forgetWhile(db, (it) => it.where('at', '<', now - keptMs))
  const loud = await db
    .selectFrom('messages')
    .select(['site', 'device'])
    .groupBy(['site', 'device'])
    .having((it) => it.fn.countAll<number>(), '>', keptOfDevice)
    .execute()
  for (const { site, device } of loud) {
    const last = await db
      .selectFrom('messages')
      .select('seq')
      .where('site', '=', site)
      .where('device', '=', device)
      .orderBy('seq', 'desc')
      .offset(keptOfDevice)
      .limit(1)
      .executeTakeFirst()
    if (last === undefined) continue
    await forgetWhile(db, (it) => it.where('site', '=', site).where('device', '=', device).where('seq', '<=', last.seq))
  }
}

type Some = ReturnType<typeof someOf>

function someOf(db: Kysely<MessageTables>) {
  return db.selectFrom('messages').select('seq')
}

async function forgetWhile(db: Kysely<MessageTables>, which: (some: Some) => Some): Promise<void> {
  for (;;) {
    const some = which(someOf(db)).limit(rowsAtOnce)
    const { numDeletedRows } = await db.deleteFrom('messages').where('seq', 'in', some).executeTakeFirstOrThrow()
    if (numDeletedRows < rowsAtOnce) return
  }
}
