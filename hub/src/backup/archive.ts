import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { create, extract } from 'tar'

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
  const target = extract({
    cwd: folder,
    strict: true,
    preserveOwner: false,
    filter: (path, entry) => {
      const ordinary = 'type' in entry && (entry.type === 'File' || entry.type === 'Directory')
      if (!ordinary || path.split('/').includes('..'))
        throw new StewardError('input/invalid', `${file} is no backup of a hub: "${path}" has no place in one.`)
      return true
    },
  })
  try {
    await pipeline(createReadStream(file), createGunzip(), target)
  } catch (error) {
    if (isStewardError(error)) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT') throw new StewardError('input/invalid', `There is no file ${file}.`, { cause: error })
    if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS') {
      throw new StewardError('system/data-folder', `${folder} cannot be written (${code}).`, { cause: error })
    }
    throw new StewardError('input/invalid', `${file} is no backup of a hub, or it is damaged (${code}).`, {
      cause: error,
    })
  }
}
