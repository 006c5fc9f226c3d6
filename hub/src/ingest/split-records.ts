import { StewardError } from '@steward/shared/errors'
import { createSlices } from '../slices.ts'
import { cutRecords } from './cut-records.ts'

/** A batch as text: the envelope with an empty list, and each record by itself. */
export type SplitBatch = { envelope: unknown; records: unknown[] }

/** Above this, parsing at one go would hold up the event loop for longer than it may be. */
const wholeBytes = 128 * 1024

/**
 * Parses a batch. A large one is cut at its records first, which are then parsed one by one, so that four megabytes do not
 * hold up everybody else. Throws `input/invalid` where it is no JSON.
 */
export async function splitBatch(body: Buffer): Promise<SplitBatch> {
  try {
    if (body.length <= wholeBytes) return apart(JSON.parse(body.toString('utf8')))
    const cut = await cutRecords(body)
    if (cut === null) return { envelope: JSON.parse(body.toString('utf8')), records: [] }
    const breathe = createSlices()
    const records: unknown[] = []
    for (const { from, to } of cut.records) {
      records.push(JSON.parse(body.toString('utf8', from, to)))
      await breathe()
    }
    const rest = Buffer.concat([body.subarray(0, cut.from), body.subarray(cut.to)]).toString('utf8')
    return { envelope: JSON.parse(rest), records }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new StewardError('input/invalid', 'The batch is not JSON.', { cause: error })
  }
}

function apart(whole: unknown): SplitBatch {
  if (typeof whole !== 'object' || whole === null || !('records' in whole) || !Array.isArray(whole.records)) {
    return { envelope: whole, records: [] }
  }
  return { envelope: { ...whole, records: [] }, records: whole.records }
}
