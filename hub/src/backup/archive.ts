import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { StewardError } from '@steward/shared/errors'
import { create, extract, type Unpack } from 'tar'

/** Files are read in pieces of this size, so that a large one costs no memory. */
const pieceBytes = 1024 * 1024

/** A snapshot as a gzipped tar stream, removed when that has ended. What is sealed is compressed already: little effort is spent. */
export function packSnapshot(folder: string): Readable {
  const tar = create({ cwd: folder, portable: true, maxReadSize: pieceBytes, strict: true }, ['.'])
  const packed = createGzip({ level: 1 })
  // Both streams are destroyed with the error of either; the reader of the second is told.
  void pipeline(Readable.from(tar), packed)
    .catch(() => undefined)
    .finally(() => rm(folder, { recursive: true, force: true }))
  return packed
}

/**
 * Unpacks an archive into a folder: ordinary files below it and nothing else. Throws `input/invalid` where the file is
 * none of ours, or is damaged (gzip carries a checksum of the whole).
 */
export async function unpackArchive(file: string, folder: string): Promise<void> {
  let stranger: string | null = null
  const target = extract({
    cwd: folder,
    strict: true,
    preserveOwner: false,
    filter: (path, entry) => {
      const ordinary = 'type' in entry && (entry.type === 'File' || entry.type === 'Directory')
      if (ordinary && !path.startsWith('/') && !path.split('/').includes('..')) return true
      stranger ??= path
      return false
    },
  })
  try {
    await pipeline(createReadStream(file), createGunzip(), (source: AsyncIterable<Buffer>) => feed(source, target))
  } catch (error) {
    throw unpackError(error, file, folder)
  }
  if (stranger !== null)
    throw new StewardError('input/invalid', `${file} is no backup of a hub: "${stranger}" has no place in one.`)
}

/** Unpack is no stream of Node's own: a failure within it would not end a pipeline but the process. */
async function feed(source: AsyncIterable<Buffer>, target: Unpack): Promise<void> {
  const { promise: failed, reject } = Promise.withResolvers<never>()
  failed.catch(() => undefined)
  target.on('error', reject)
  const closed = new Promise<void>((resolve) => target.once('close', () => resolve()))
  for await (const part of source) {
    if (!target.write(part)) await Promise.race([failed, new Promise<void>((go) => target.once('drain', () => go()))])
  }
  target.end()
  await Promise.race([failed, closed])
}

function unpackError(cause: unknown, file: string, folder: string): StewardError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOENT') return new StewardError('input/invalid', `There is no file ${file}.`, { cause })
  if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS')
    return new StewardError('system/data-folder', `${folder} cannot be written (${code}).`, { cause })
  return new StewardError('input/invalid', `${file} is no backup of a hub, or it is damaged (${code}).`, { cause })
}
