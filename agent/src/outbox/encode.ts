import { AgentRecord } from '@steward/shared/wire'
import type { Item } from './store.ts'

/** The largest record that is taken, in bytes of JSON: with its envelope it must fit into one batch. */
const maxRecordBytes = 3_900_000

const urgentTypes: ReadonlySet<AgentRecord['type']> = new Set(['fault', 'state', 'mark', 'problem', 'secret'])

export type Encoded = { items: Item[]; bytes: number; urgent: boolean; wrong: string[] }

function queueOf(type: AgentRecord['type']): Item['queue'] {
  if (type === 'fault') return 'faults'
  return type === 'samples' ? 'samples' : 'others'
}

/**
 * Records as they are stored. What the hub would refuse is left out and described in `wrong`, since one bad record must
 * not hold up a batch.
 */
export function encodeRecords(records: readonly AgentRecord[]): Encoded {
  const encoded: Encoded = { items: [], bytes: 0, urgent: false, wrong: [] }
  for (const record of records) {
    const checked = AgentRecord.safeParse(record)
    if (!checked.success) {
      const issues = checked.error.issues.slice(0, 3).map((it) => `${it.path.join('.')}: ${it.message}`)
      encoded.wrong.push(`a record of type ${record.type} is left out: ${issues.join('; ')}`)
      continue
    }
    const body = JSON.stringify(checked.data)
    const bytes = Buffer.byteLength(body)
    if (bytes > maxRecordBytes) {
      encoded.wrong.push(`a record of type ${record.type} is left out: it has ${bytes} bytes`)
      continue
    }
    encoded.items.push({ queue: queueOf(record.type), at: record.at, body })
    encoded.bytes += bytes
    encoded.urgent ||= urgentTypes.has(record.type)
  }
  return encoded
}
