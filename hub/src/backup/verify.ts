import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { checkDatabase } from '../db/index.ts'
import { openSeries } from '../timeseries/index.ts'
import { Manifest, manifestFile } from './manifest.ts'
import { databaseFile, filesIn, timeSeriesFolder } from './snapshot.ts'

/** What was found when a backup was read back. */
export type BackupReport = {
  takenAt: string
  version: string
  files: number
  bytes: number
  sites: number
  devices: number
  rows: number
  values: number
}

/** Reads an unpacked backup as the hub would. Throws `input/invalid` with the first thing that is missing or broken. */
export async function readBack(folder: string, name: string): Promise<BackupReport> {
  const broken = (what: string, cause?: unknown): StewardError =>
    new StewardError('input/invalid', `The backup ${name} is not whole: ${what}.`, { cause })
  const manifest = await readManifest(folder, name)
  const found = new Set(await filesIn(folder))
  let bytes = 0
  for (const [path, size] of Object.entries(manifest.files)) {
    if (!found.has(path)) throw broken(`${path} is missing`)
    if ((await stat(join(folder, path))).size !== size) throw broken(`${path} has another size than it had`)
    bytes += size
  }
  const rows = await checkDatabase(join(folder, databaseFile)).catch((error: unknown) => {
    throw broken(`its database cannot be read (${lineOf(error)})`, error)
  })
  for (const [table, count] of Object.entries(manifest.rows)) {
    if (rows[table] !== count) throw broken(`table "${table}" has ${rows[table] ?? 'no'} rows instead of ${count}`)
  }
  const { values } = await readSeries(join(folder, timeSeriesFolder)).catch((error: unknown) => {
    throw broken(`its time series cannot be read (${lineOf(error)})`, error)
  })
  return {
    takenAt: manifest.takenAt,
    version: manifest.version,
    files: Object.keys(manifest.files).length,
    bytes,
    sites: rows.sites ?? 0,
    devices: rows.devices ?? 0,
    rows: Object.values(rows).reduce((sum, it) => sum + it, 0),
    values,
  }
}

async function readManifest(folder: string, name: string): Promise<Manifest> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(folder, manifestFile), 'utf8')))
  } catch (error) {
    throw new StewardError(
      'input/invalid',
      `${name} is no backup that this version of Steward can read: it has no ${manifestFile} of its kind.`,
      { cause: error },
    )
  }
}

async function readSeries(folder: string): Promise<{ values: number }> {
  const store = await openSeries({ folder, now: Date.now, warn: () => undefined })
  try {
    return await store.check()
  } finally {
    await store.close()
  }
}

function lineOf(error: unknown): string {
  if (isStewardError(error)) return error.message
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
