import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { makePrivateFolder } from '../db/index.ts'
import { unpackArchive } from './archive.ts'
import { manifestFile } from './manifest.ts'
import { databaseFile } from './snapshot.ts'
import { type BackupReport, readBack } from './verify.ts'

/** Reads a backup back in a folder beside it, which is removed again. Throws `input/invalid` with what is wrong. */
export async function verifyBackup(file: string): Promise<BackupReport> {
  const folder = await mkdtemp(join(dirname(file), `.${basename(file)}.check-`)).catch(notWritable(dirname(file)))
  try {
    await unpackArchive(file, folder)
    return await readBack(folder, file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Puts a backup into an empty folder, or one that is made for it; nothing stays there when the backup turns out not to be
 * whole. The database is moved last, so that a hub never starts on half of it.
 */
export async function restoreBackup(file: string, dataDir: string): Promise<BackupReport> {
  const there = await emptyFolder(dataDir).catch(notWritable(dataDir))
  if (there.length > 0) {
    throw new StewardError(
      'input/conflict',
      `The folder ${dataDir} is not empty; a backup is put into an empty one. Move what is there away, or choose another with --data.`,
    )
  }
  const staging = await mkdtemp(join(dataDir, '.restore-')).catch(notWritable(dataDir))
  try {
    await unpackArchive(file, staging)
    const report = await readBack(staging, file)
    await rm(join(staging, manifestFile))
    const names = (await readdir(staging)).filter((it) => it !== databaseFile)
    for (const name of [...names, databaseFile]) await rename(join(staging, name), join(dataDir, name))
    return report
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Makes the folder if need be; gives what is in it already. */
async function emptyFolder(folder: string): Promise<string[]> {
  makePrivateFolder(folder)
  return (await readdir(folder)).filter((it) => it !== 'lost+found')
}

function notWritable(folder: string): (cause: unknown) => never {
  return (cause) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new StewardError('system/data-folder', `The folder ${folder} cannot be written (${code}).`, { cause })
  }
}
