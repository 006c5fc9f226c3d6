/** A person's word on learned links, and what it does to the inventory. */
import type { LinkDecision } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { DeviceModel } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import { checkDevices, devicesOf, needSite, putDevice } from '../inventory/index.ts'
import { type TopologyDb, tablesOf } from './findings.ts'
import { seenLinks } from './learn.ts'
import { type Decision, decisionsOf } from './links.ts'
import { sameNeeds, withNetwork } from './needs.ts'

export type Decided = { site: string; by: string; now: number } & LinkDecision

/**
 * Confirms, overrules or sets back the links of these devices, all or none; gives the devices whose needs in the inventory have changed.
 * Throws `input/not-found` for a device of which nothing was learned.
 */
export async function decideLinks(db: Kysely<unknown>, it: Decided): Promise<string[]> {
  const { systems } = await needSite(tablesOf(db), { all: true }, it.site)
  return db.transaction().execute(async (all) => {
    const within = tablesOf(all)
    const configs = new Map((await devicesOf(within, it.site)).map(({ config }) => [config.id, config]))
    const learned = new Map((await seenLinks(within, it.site)).map(({ link }) => [link.device, link.needs]))
    const decisions = await decisionsOf(within, it.site)
    const kindOf = (id: string) => configs.get(id)?.kind
    const changed: DeviceModel[] = []
    for (const device of new Set(it.devices)) {
      const [config, needs, known] = [configs.get(device), learned.get(device), decisions.get(device)]
      if (config === undefined || (needs === undefined && it.decision !== 'reset'))
        throw new StewardError('input/not-found', `Nothing was learned of "${device}".`)
      const kept = withoutConfirmation(config, known, kindOf)
      const next =
        it.decision === 'confirm' && needs !== undefined ? withNetwork({ ...config, needs: kept }, needs, kindOf) : kept
      if (!sameNeeds(next, config.needs)) changed.push({ ...config, needs: next })
      await within.deleteFrom('topology_decisions').where('site', '=', it.site).where('device', '=', device).execute()
      if (it.decision === 'reset' || needs === undefined) continue
      await store(within, it, device, { needs, before: it.decision === 'confirm' ? kept : null })
    }
    const now = new Map(changed.map((config) => [config.id, config]))
    checkDevices(
      systems,
      [...configs.values()].map((config) => now.get(config.id) ?? config),
    )
    for (const config of changed) await putDevice(within, it.site, config, it.now)
    return changed.map((config) => config.id)
  })
}

/** The needs before they were confirmed; as they are, where somebody has changed them since. */
function withoutConfirmation(
  { kind, needs }: DeviceModel,
  known: Decision | undefined,
  kindOf: (id: string) => DeviceModel['kind'] | undefined,
): DeviceModel['needs'] {
  if (known === undefined || known.before === null) return needs
  return sameNeeds(needs, withNetwork({ kind, needs: known.before }, known.needs, kindOf)) ? known.before : needs
}

async function store(
  db: TopologyDb,
  { site, decision, by, now }: Decided,
  device: string,
  { needs, before }: { needs: DeviceModel['needs']; before: DeviceModel['needs'] | null },
): Promise<void> {
  await db
    .insertInto('topology_decisions')
    .values({
      site,
      device,
      decision: decision === 'confirm' ? 'confirmed' : 'overruled',
      needs: JSON.stringify(needs),
      before: before === null ? null : JSON.stringify(before),
      decided_by: by,
      at: now,
    })
    .execute()
}
