/** Time series in DuckDB: recent points in its file, closed days sealed to Parquet by customer, roll-ups for long ranges. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LatestValue, SampleBatch, StoreOptions, TimeSeriesStore } from '../../store.ts'
import { readCatalogue } from './catalogue.ts'
import { checkStore } from './check.ts'
import { chooseSources } from './choose-sources.ts'
import { openDuckDb } from './connection.ts'
import { copyStore, sweepFiles } from './files.ts'
import { forgetSite } from './forget.ts'
import { createGate, createTurns } from './gate.ts'
import { createSeriesCatalogue, readSeries } from './known-series.ts'
import { completeDevice, latestOf } from './read-latest.ts'
import { readBuckets } from './read-series.ts'
import { keepUp, keptAt } from './upkeep.ts'
import { createWriteQueue } from './write-queue.ts'

/** Opens the store in its folder, or makes it. Throws StewardError `system/data-folder` where it cannot be had. */
export async function openEmbeddedStore(options: StoreOptions): Promise<TimeSeriesStore> {
  const { folder, now, warn } = options
  await rm(join(folder, 'tmp'), { recursive: true, force: true })
  const instance = await openDuckDb(folder)
  const [writing, reading, sealing] = [await instance.connect(), await instance.connect(), await instance.connect()]
  const catalogue = await readCatalogue(reading)
  await sweepFiles(folder, catalogue)
  const series = createSeriesCatalogue()
  await readSeries(reading, series)
  const gate = createGate()
  const turn = createTurns()
  const readTurn = createTurns()
  const upkeepTurn = createTurns()
  const parts = { folder, connection: sealing, catalogue, gate, turn }
  const queue = createWriteQueue({ connection: writing, catalogue, series, now, kept: () => keptAt(now()), turn })
  return {
    write: (batch: SampleBatch) => queue.write(batch),
    async latest({ site, device }): Promise<LatestValue[]> {
      const known = series.device(site, device)
      if (known === undefined) return []
      if (!known.complete) await readTurn(() => gate.shared(() => completeDevice(reading, catalogue, known)))
      return latestOf(known)
    },
    series: (request) =>
      readTurn(() =>
        gate.shared(() => {
          const id = series.device(request.site, request.device)?.points.get(request.point)?.id
          const sources = chooseSources(catalogue, request)
          return readBuckets(reading, { sources, folder, id, request })
        }),
      ),
    upkeep: () => upkeepTurn(() => keepUp(parts, now(), warn)),
    forget: (site) => upkeepTurn(() => gate.exclusive(() => turn(() => forgetSite(parts, series, site)))),
    backup: (target) => upkeepTurn(() => copyStore(sealing, { folder, catalogue, target })),
    check: () => upkeepTurn(() => checkStore(sealing, { folder, catalogue })),
    async close() {
      await queue.stop()
      // A seal may take a minute; it is begun anew next time.
      sealing.interrupt()
      await upkeepTurn(async () => undefined)
      await readTurn(async () => undefined)
      for (const connection of [writing, reading, sealing]) connection.closeSync()
      instance.closeSync()
    },
  }
}
