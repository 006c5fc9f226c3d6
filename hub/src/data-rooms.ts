/** Starts the rooms through which agents' data comes in, and ties them to each other: fleet, faults, ingest, live events. */
import type { AgentConfig } from '@steward/shared/model'
import { createFaults, deviceFaultsOf, type Faults, faultFiguresOf, siteCapabilities } from './faults/index.ts'
import { agentsOfSites, createFleet, type Fleet, heardAgents, problemsOfDevice } from './fleet/index.ts'
import { createIngest, type Ingest } from './ingest/index.ts'
import type { InventoryPorts } from './inventory/index.ts'
import { createLive, type Live } from './live/index.ts'
import type { Platform } from './platform.ts'
import type { TimeSeriesStore } from './timeseries/index.ts'

export type DataRooms = { fleet: Fleet; faults: Faults; ingest: Ingest; live: Live; ports: InventoryPorts }

export type DataRoomOptions = {
  store: TimeSeriesStore
  origin: string
  caFingerprint: string | null
  configOf(site: string): Promise<AgentConfig>
}

const upkeepEveryMs = 10 * 60_000

/** What is started is put on the stack, and ends in the opposite order. */
export function startDataRooms(
  platform: Platform,
  { store, ...fleetOptions }: DataRoomOptions,
  running: AsyncDisposableStack,
): DataRooms {
  const { now, events, log } = platform
  const live = createLive(platform)
  running.defer(() => live.stop())
  const fleet = createFleet({ ...platform, ...fleetOptions })
  running.defer(() => fleet.stop())
  const faults = createFaults({ ...platform, heardAgents: () => heardAgents(fleet.db, fleet.presence) })
  running.defer(() => faults.stop())
  const ingest = createIngest({ ...platform, store, fleet, faults })
  running.defer(() => ingest.stop())
  running.defer(keepStore(store, log))
  running.defer(
    events.on('site-removed', ({ site }) => {
      store
        .forget(site)
        .catch((error: unknown) => log.error({ err: error }, 'values of a removed site are still there'))
    }),
  )
  const ports: InventoryPorts = {
    faultFiguresOf: (sites) => faultFiguresOf(faults.db, sites),
    deviceFaultsOf: (site) => deviceFaultsOf(faults.db, site),
    agentsOf: (sites) => agentsOfSites(fleet.db, fleet.presence, sites, now()),
    capabilitiesOf: (site) => siteCapabilities(faults.db, faults.models, site, now()),
    problemsOf: (site, device) => problemsOfDevice(fleet.db, site, device),
  }
  return { fleet, faults, ingest, live, ports }
}

/** Closes days and deletes old ones now and then. */
function keepStore(store: TimeSeriesStore, log: Platform['log']): () => void {
  const timer = setInterval(() => {
    store.upkeep().catch((error: unknown) => log.error({ err: error }, 'the time series could not be kept up'))
  }, upkeepEveryMs)
  return () => clearInterval(timer)
}
