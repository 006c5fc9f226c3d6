/** Every route of the hub, room by room. */
import { type Access, companyRoutes, identityRoutes, keyRoutes, peopleRoutes } from './access/index.ts'
import { type Alerting, alertSettingsRoutes, recipientRoutes, silenceRoutes } from './alerting/index.ts'
import { auditRoutes } from './audit/index.ts'
import type { DataRooms } from './data-rooms.ts'
import { type Discoveries, discoveryRoutes } from './discovery/index.ts'
import { faultRoutes } from './faults/index.ts'
import { agentRoutes, fleetRoutes } from './fleet/index.ts'
import { type Health, type HubServer, healthRoutes } from './http/index.ts'
import { ingestRoutes } from './ingest/index.ts'
import { type Inventory, inventoryRoutes } from './inventory/index.ts'
import { liveRoutes } from './live/index.ts'
import { type Messages, messageRoutes } from './messages/index.ts'
import type { Platform } from './platform.ts'
import { type Sessions, sessionRoutes } from './sessions/index.ts'
import { seriesRoutes, type TimeSeriesStore } from './timeseries/index.ts'
import { type Topology, topologyRoutes } from './topology/index.ts'

export type Parts = {
  platform: Platform
  access: Access
  alerting: Alerting
  inventory: Inventory
  discoveries: Discoveries
  sessions: Sessions
  topology: Topology
  messages: Messages
  rooms: DataRooms
  series: TimeSeriesStore
  health: Health
}

export async function registerRoutes(app: HubServer, it: Parts): Promise<void> {
  await app.register(healthRoutes(it.health))
  await app.register(identityRoutes(it.access))
  await app.register(agentRoutes(it.rooms.fleet))
  await app.register(ingestRoutes(it.rooms.ingest))
  await app.register(
    async (api) => {
      await api.register(companyRoutes(it.access))
      await api.register(peopleRoutes(it.access))
      await api.register(keyRoutes(it.access))
      await api.register(auditRoutes(it.platform))
      await api.register(recipientRoutes(it.alerting))
      await api.register(alertSettingsRoutes(it.alerting))
      await api.register(silenceRoutes(it.alerting))
      await api.register(sessionRoutes(it.sessions))
      await api.register(inventoryRoutes(it.inventory, it.alerting.apply))
      await api.register(discoveryRoutes(it.discoveries))
      await api.register(topologyRoutes(it.topology))
      await api.register(messageRoutes(it.messages))
      await api.register(fleetRoutes(it.rooms.fleet))
      await api.register(faultRoutes(it.rooms.faults))
      await api.register(seriesRoutes({ db: it.platform.db, store: it.series, now: it.platform.now }))
      await api.register(liveRoutes({ live: it.rooms.live, authenticate: it.access.authenticate }))
    },
    { prefix: '/api/v1' },
  )
}
