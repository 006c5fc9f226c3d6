import { StewardError } from '@steward/shared/errors'
import { BatchEnvelope, batchLimits } from '@steward/shared/wire'
import { splitBatch } from './split-records.ts'

const Envelope = BatchEnvelope.omit({ records: true })

export type Batch = { epoch: string; seq: number; sentAt: number; records: unknown[] }

/** The batch in a body. The envelope is checked whole; throws where it is wrong, naming the field. */
export async function readBatch(body: Buffer): Promise<Batch> {
  const { envelope, records } = await splitBatch(body)
  const { epoch, seq, sentAt } = Envelope.parse(envelope)
  if (records.length > batchLimits.maxRecords) {
    throw new StewardError('input/too-large', `A batch has at most ${batchLimits.maxRecords} records.`)
  }
  return { epoch, seq, sentAt, records }
}
