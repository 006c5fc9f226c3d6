import type { DeviceMessages, MessagesQuery } from '@steward/shared/api'
import { DeviceMessage } from '@steward/shared/model'
import { type Kysely, sql } from 'kysely'
import type { z } from 'zod'
import type { MessageTables } from './schema.ts'

const Fields = DeviceMessage.shape.fields
const Protocol = DeviceMessage.shape.protocol

/** Messages of a site or of one of its devices, newest first. */
export async function messagesOf(
  db: Kysely<MessageTables>,
  site: string,
  { limit, next, device, urgency, search, from, to }: MessagesQuery,
): Promise<z.input<typeof DeviceMessages>> {
  let query = db
    .selectFrom('messages')
    .selectAll()
    .where('site', '=', site)
    .orderBy('seq', 'desc')
    .limit(limit + 1)
  if (next !== undefined) query = query.where('seq', '<', Number(next))
  if (device !== undefined) query = query.where('device', '=', device)
  // What has no urgency of its own is shown whatever is asked for: a trap may be anything.
  if (urgency !== undefined)
    query = query.where((it) => it.or([it('urgency', '<=', urgency), it('urgency', 'is', null)]))
  if (from !== undefined) query = query.where('at', '>=', Date.parse(from))
  if (to !== undefined) query = query.where('at', '<', Date.parse(to))
  if (search !== undefined) {
    const isIn = (column: 'name' | 'text' | 'fields') =>
      sql<boolean>`instr(lower(${sql.ref(column)}), ${search.toLowerCase()}) > 0`
    query = query.where((it) => it.or([isIn('name'), isIn('text'), isIn('fields')]))
  }
  const rows = await query.execute()
  const items = rows.slice(0, limit).map(({ seq, at, protocol, fields, ...row }) => ({
    ...{ id: String(seq), at: new Date(at).toISOString(), device: row.device, name: row.name, text: row.text },
    ...{ protocol: Protocol.parse(protocol), urgency: row.urgency, fields: Fields.parse(JSON.parse(fields)) },
    count: row.count,
  }))
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}
