/** Starts the rooms through which agents' data comes in, and ties them to each other: fleet, faults, ingest, live events. */
import type { AgentConfig } from '@steward/shared/model'
import {
  createFaults,
  deviceFaultsOf,
  type Faults,
  faultFiguresOf,
  openFaultCounts,
  siteCapabilities,
} from './faults/index.ts'
import { agentsOfSites, createFleet, type Fleet, heardAgents, problemsOfDevice } from './fleet/index.ts'
import { createIngest, type Ingest } from './ingest/index.ts'
import type { InventoryPorts } from './inventory/index.ts'
import { createLive, type Live } from './live/index.ts'
import type { Platform } from './platform.ts'
import type { TimeSeriesStore } from './timeseries/index.ts'

export type DataRooms = {
  fleet: Fleet
  faults: Faults
  ingest: Ingest
  live: Live
  ports: InventoryPorts
  gauges(): Promise<Record<string, { help: string; value: number }>>
}

export type DataRoomOptions = {
  store: TimeSeriesStore
  origin: string
  caFingerprint: string | null
  configOf(agent: { id: string; site: string }): Promise<AgentConfig>
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
  return { fleet, faults, ingest, live, ports, gauges: () => gaugesOf({ fleet, faults, ingest, live }) }
}

async function gaugesOf({ fleet, faults, ingest, live }: Omit<DataRooms, 'ports' | 'gauges'>) {
  const { batches, records, values, rejected } = ingest.figures()
  const open = await openFaultCounts(faults.db)
  const levels = Object.entries(open).map(([level, value]) => [
    `steward_open_faults_${level.toLowerCase()}`,
    { help: `Open faults at level ${level}.`, value },
  ])
  return {
    ...Object.fromEntries(levels),
    steward_agents_connected: { help: 'Agents whose link is up.', value: fleet.links.count() },
    steward_live_streams: { help: 'Streams of live events.', value: live.viewers() },
    steward_batches_stored: { help: 'Batches stored since the start.', value: batches },
    steward_records_stored: { help: 'Records stored since the start.', value: records },
    steward_values_stored: { help: 'Values stored since the start.', value: values },
    steward_records_rejected: { help: 'Records rejected since the start.', value: rejected },
  }
}

/** Closes days and deletes old ones now and then. */
function keepStore(store: TimeSeriesStore, log: Platform['log']): () => void {
  const timer = setInterval(() => {
    store.upkeep().catch((error: unknown) => log.error({ err: error }, 'the time series could not be kept up'))
  }, upkeepEveryMs)
  return () => clearInterval(timer)
}
