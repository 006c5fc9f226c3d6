import { readdirSync, rmSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { checkDatabase, copyDatabase } from '../db/index.ts'
import type { TimeSeriesStore } from '../timeseries/index.ts'
import { type Manifest, manifestFile } from './manifest.ts'

/** Names within a data folder, and within a backup. */
export const databaseFile = 'hub.sqlite'
export const timeSeriesFolder = 'timeseries'

/** Snapshots on their way, in the data folder: there sealed files need no second copy on the disk. */
const prefix = '.snapshot-'

export type SnapshotParts = {
  dataDir: string
  series: Pick<TimeSeriesStore, 'backup'>
  now: () => number
  version: string
}

/**
 * Copies a data folder as it is now into a new folder within it, which the caller removes. The database comes first: the
 * time series may then know more than it, which is harmless, and never less.
 */
export async function takeSnapshot({ dataDir, series, now, version }: SnapshotParts): Promise<string> {
  const folder = await mkdtemp(join(dataDir, prefix))
  try {
    const takenAt = new Date(now()).toISOString()
    await copyDatabase(join(dataDir, databaseFile), join(folder, databaseFile))
    const rows = await checkDatabase(join(folder, databaseFile))
    await copyPlainFiles(dataDir, folder)
    await series.backup(join(folder, timeSeriesFolder))
    const files = await sizesOf(folder)
    const manifest: Manifest = { format: 1, version, takenAt, rows, files }
    await writeFile(join(folder, manifestFile), JSON.stringify(manifest, null, 2), { mode: 0o600 })
    return folder
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Removes snapshots that a crash left behind. */
export function sweepSnapshots(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(prefix)) rmSync(join(dataDir, name), { recursive: true, force: true })
  }
}

/** Keys, certificates and whatever else rooms keep: files that are replaced as a whole, so that a copy is never half. */
async function copyPlainFiles(dataDir: string, folder: string): Promise<void> {
  for (const entry of await readdir(dataDir, { withFileTypes: true })) {
    const { name } = entry
    const left = name.startsWith(databaseFile) || name === timeSeriesFolder || name.startsWith(prefix)
    if (left || name.endsWith('.tmp')) continue
    if (entry.isFile()) await copyFile(join(dataDir, name), join(folder, name))
    if (entry.isDirectory()) await copyFolder(join(dataDir, name), join(folder, name))
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  for (const path of await filesIn(from)) {
    await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 })
    await copyFile(join(from, path), join(to, path))
  }
}

/** Paths of the files below a folder, with `/` between their parts. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((it) => it.isFile())
    .map((it) => relative(folder, join(it.parentPath, it.name)).replaceAll('\\', '/'))
    .sort()
}

async function sizesOf(folder: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const path of await filesIn(folder)) sizes[path] = (await stat(join(folder, path))).size
  return sizes
}
