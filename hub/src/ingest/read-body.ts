import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { StewardError } from '@steward/shared/errors'
import { batchLimits } from '@steward/shared/wire'

const unpack = promisify(gunzip)

/**
 * The unpacked bytes of a batch. Unpacking stops at the limit, so that a small body cannot become a large one in memory.
 * Throws `input/too-large` or `input/invalid`.
 */
export async function unpackBody(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body
  if (encoding !== 'gzip') {
    throw new StewardError('input/invalid', `A batch is sent as it is or packed with gzip, not with "${encoding}".`)
  }
  if (body.length > batchLimits.maxPackedBytes) {
    throw new StewardError('input/too-large', `A packed batch has at most ${batchLimits.maxPackedBytes} bytes.`)
  }
  try {
    return await unpack(body, { maxOutputLength: batchLimits.maxBytes })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new StewardError('input/too-large', `A batch has at most ${batchLimits.maxBytes} bytes unpacked.`)
    }
    throw new StewardError('input/invalid', 'The batch is said to be packed with gzip and cannot be unpacked.')
  }
}
