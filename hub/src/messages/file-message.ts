import type { AgentRecordOf } from '@steward/shared/wire'
import type { Kysely } from 'kysely'
import type { MessageTables } from './schema.ts'

export type FiledMessage = { site: string } & Pick<AgentRecordOf<'message'>, 'device' | 'at' | 'message'>

/** Stores one message; called within the transaction of its batch, so that none is there twice. */
export async function fileMessage(
  db: Kysely<MessageTables>,
  { site, device, at, message }: FiledMessage,
): Promise<void> {
  const { fields, ...rest } = message
  await db
    .insertInto('messages')
    .values({ site, device, at, ...rest, fields: JSON.stringify(fields) })
    .execute()
}
