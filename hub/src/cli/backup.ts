import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import {
  type BackupReport,
  packSnapshot,
  restoreBackup,
  takeFromRunningHub,
  takeSnapshot,
  timeSeriesFolder,
  verifyBackup,
} from '../backup/index.ts'
import { openSeries } from '../timeseries/index.ts'
import { hubDataFolder } from './options.ts'
import { programVersion, typedPath } from './paths.ts'

type Options = { data: string }

/** A backup of a folder on which no hub runs now. */
async function takeAlone(dataDir: string): Promise<Readable> {
  const there = await stat(join(dataDir, 'hub.sqlite')).catch(() => null)
  if (there === null) {
    throw new StewardError('input/invalid', `There is no hub in ${dataDir}; name its data folder with --data.`)
  }
  const series = await openSeries({ folder: join(dataDir, timeSeriesFolder), now: Date.now, warn: () => undefined })
  try {
    return packSnapshot(await takeSnapshot({ dataDir, series, now: Date.now, version: programVersion() }))
  } finally {
    await series.close()
  }
}

async function backup(given: string, options: Options): Promise<void> {
  process.umask(0o077)
  const [file, dataDir] = [typedPath(given), typedPath(options.data)]
  const partial = `${file}.${process.pid}.partial`
  try {
    const stream = (await takeFromRunningHub(dataDir)) ?? (await takeAlone(dataDir))
    await pipeline(stream, createWriteStream(partial, { mode: 0o600, flags: 'wx', flush: true }))
    const report = await verifyBackup(partial)
    await rename(partial, file)
    console.log(`${file} holds ${lineOf(report)}. It was read back and is whole.`)
    console.log('It holds the keys and passwords of this hub as well: keep it where nobody else can read it.')
  } catch (error) {
    if (isStewardError(error)) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why = code === '' && error instanceof Error ? error.message : code
    throw new StewardError('system/data-folder', `The backup ${file} could not be written (${why}).`, { cause: error })
  } finally {
    await rm(partial, { force: true })
  }
}

async function verify(given: string): Promise<void> {
  const file = typedPath(given)
  console.log(`${file} is whole: ${lineOf(await verifyBackup(file))}.`)
}

async function restore(given: string, options: Options): Promise<void> {
  process.umask(0o077)
  const [file, dataDir] = [typedPath(given), typedPath(options.data)]
  const report = await restoreBackup(file, dataDir)
  console.log(`${dataDir} now holds ${lineOf(report)}.`)
  console.log(`Start it with: steward hub start --data ${options.data}`)
}

function lineOf(it: BackupReport): string {
  const size = `${(it.bytes / 1_048_576).toFixed(1)} MiB`
  return `${it.sites} sites, ${it.devices} devices, ${it.rows} rows and ${it.values} values in ${it.files} files (${size}), as of ${it.takenAt}`
}

const dataOption = ['--data <folder>', 'where the data of the hub is kept', hubDataFolder] as const

/** `steward hub backup`, `verify` and `restore`. */
export function backupCommands(): Command[] {
  return [
    new Command('backup')
      .description('write everything that the hub is into one file, while it runs, and read it back')
      .argument('<file>', 'the backup to write, for example hub-2026-06-10.tar.gz')
      .option(...dataOption)
      .addHelpText(
        'after',
        '\nExamples:\n  steward hub backup hub.tar.gz\n  steward hub backup /mnt/nas/hub.tar.gz --data /var/lib/steward-hub',
      )
      .action(backup),
    new Command('verify')
      .description('read a backup back: database, time series, keys')
      .argument('<file>', 'a backup')
      .addHelpText('after', '\nExample:\n  steward hub verify /mnt/nas/hub.tar.gz')
      .action(verify),
    new Command('restore')
      .description('put a backup into an empty data folder')
      .argument('<file>', 'a backup')
      .option(...dataOption)
      .addHelpText('after', '\nExample:\n  steward hub restore hub.tar.gz --data /var/lib/steward-hub')
      .action(restore),
  ]
}
