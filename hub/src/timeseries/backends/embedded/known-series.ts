import type { DuckDBConnection } from '@duckdb/node-api'
import type { PointValue } from '@steward/shared/model'

/** A series with the last value that this process knows of it; `at` is -1 where it knows none. */
export type KnownSeries = { id: number; at: number; value: PointValue }

/** `complete`: the last values of all points are known, also of those that were not written since the start. */
export type KnownDevice = { complete: boolean; points: Map<string, KnownSeries> }

/** Which series there are, by site, device and point: one small entry each, so that no row needs a look-up on disk. */
export type SeriesCatalogue = {
  device(site: string, device: string): KnownDevice | undefined
  add(key: { site: string; device: string; point: string }, series: KnownSeries): void
  forget(site: string): void
  /** ids count up and are never given twice */
  nextId(): number
}

export function createSeriesCatalogue(): SeriesCatalogue {
  const sites = new Map<string, Map<string, KnownDevice>>()
  let lastId = 0
  return {
    device: (site, device) => sites.get(site)?.get(device),
    add(key, series) {
      const devices = sites.get(key.site) ?? new Map<string, KnownDevice>()
      sites.set(key.site, devices)
      const device = devices.get(key.device) ?? { complete: false, points: new Map() }
      devices.set(key.device, device)
      device.points.set(key.point, series)
      lastId = Math.max(lastId, series.id)
    },
    forget: (site) => void sites.delete(site),
    nextId() {
      lastId += 1
      return lastId
    },
  }
}

/** Reads all series of the file, a chunk at a time, so that the event loop stays free. */
export async function readSeries(connection: DuckDBConnection, into: SeriesCatalogue): Promise<void> {
  const result = await connection.stream('select id, site, device, point from series')
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    for (const [id, site, device, point] of chunk.getRows()) {
      if (typeof id !== 'number') continue
      into.add({ site: String(site), device: String(device), point: String(point) }, { id, at: -1, value: null })
    }
  }
}
