/** The configuration that an agent gets: its part of its site. */
import { createHash } from 'node:crypto'
import { StewardError } from '@steward/shared/errors'
import type { AgentConfig } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import { partOf, siteAgents } from './agents-of-devices.ts'
import { enabledDevicesOf } from './devices.ts'
import { windowsForAgent } from './maintenance.ts'
import type { InventoryTables } from './schema.ts'
import { findSite } from './sites.ts'

/** `revision` is a hash of the content: the same configuration has the same revision, on whichever hub node. */
export async function agentConfigOf(
  db: Kysely<InventoryTables>,
  agent: { id: string; site: string },
  now: number,
): Promise<AgentConfig> {
  const site = await findSite(db, { all: true }, agent.site)
  if (site === null) throw new StewardError('input/not-found', `There is no site "${agent.site}".`)
  const devices = partOf(await enabledDevicesOf(db, site.id), await siteAgents(db, site.id), agent.id)
  const maintenance = await windowsForAgent(db, site, now)
  const content = {
    site: { id: site.id, name: site.name, timezone: site.timezone },
    settings: site.settings,
    systems: site.systems,
    devices,
    maintenance,
  }
  return { revision: createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32), ...content }
}
