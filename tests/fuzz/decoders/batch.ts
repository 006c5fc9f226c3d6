/** Our own wire: batches of records as the hub takes them from agents. */
import { isStewardError } from '@steward/shared/errors'
import { AgentRecord } from '@steward/shared/wire'
import { ZodError } from 'zod'
import { readBatch } from '../../../hub/src/ingest/envelope.ts'
import { bytes, type Decoder } from '../decoder.ts'

const at = 1_800_000_000_000
const device = 'ups-1'
const records = [
  { type: 'samples', at, device, values: { 'battery.charge': 98.5, 'battery.state': 'normal', on: true, gone: null } },
  { type: 'state', at, device, state: 'down', reason: 'no answer within 3000 ms' },
  { type: 'identity', at, device, identity: { vendor: 'ACME', model: 'M1', serial: '1.10' } },
  { type: 'secret', at, device, set: true, works: null },
  { type: 'problem', at, key: 'a', code: 'driver/timeout', device, message: 'b' },
  { type: 'lost', at, from: 1, to: 2, records: 3, bytes: 4, what: 'samples' },
  { type: 'audit', at, action: 'a', who: 'b', detail: { c: 1 } },
  { type: 'topology', at, device, findings: {} },
]
const envelope = { epoch: '0b9d2f0e-6a57-4bb5-9d3c-0f4f6f1f7c11', seq: 7, sentAt: at }
const batch = (some: readonly unknown[]): string => JSON.stringify({ ...envelope, records: some })

export const ourBatch: Decoder = {
  corpus: bytes(batch(records), batch([]), batch(records.slice(0, 1))),
  tokens: bytes(
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    'null',
    '1e999',
    '"__proto__":',
    '"records":',
    '\\ud800',
    '\0',
    '-1',
  ),
  nests: [
    [Buffer.from('['), Buffer.from(']')],
    [Buffer.from('{"records":'), Buffer.from('}')],
  ],
  isRefusal: (error) => isStewardError(error) || error instanceof ZodError,
  open: () => ({
    async decode(message) {
      const { records: found } = await readBatch(message)
      return found.filter((it) => AgentRecord.safeParse(it).success).length
    },
  }),
}
