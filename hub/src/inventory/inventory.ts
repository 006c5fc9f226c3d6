/** The inventory's door as a value: its functions over one database, with the events and audit lines that changes leave. */
import type { AgentConfig } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import type { Principal } from '../access/index.ts'
import type { Platform } from '../platform.ts'
import { agentConfigOf } from './agent-config.ts'
import type { InventoryPorts } from './ports.ts'
import type { InventoryTables } from './schema.ts'

export type Inventory = {
  db: Kysely<InventoryTables>
  platform: Platform
  ports: InventoryPorts
  /** an agent's part of its site */
  configOf(agent: { id: string; site: string }): Promise<AgentConfig>
  /** notes a change in the audit log and tells the agent's configuration has changed */
  changed(
    by: Principal,
    change: { action: string; site: string; customer: string | null; target: string; detail?: Record<string, unknown> },
  ): Promise<void>
}

export function createInventory(platform: Platform, ports: InventoryPorts): Inventory {
  const db = platform.db.withTables<InventoryTables>()
  return {
    db,
    platform,
    ports,
    configOf: (agent) => agentConfigOf(db, agent, platform.now()),
    async changed(by, { site, ...event }) {
      await platform.audit.write({ who: by.name, site, ...event })
      platform.events.emit('config-changed', { site })
    },
  }
}
