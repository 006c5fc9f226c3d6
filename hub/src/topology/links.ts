/** Links of a site as people see them: what was learned, beside what is stated and what was decided. */
import { type SiteLink, type SiteLinks, TopologyChange } from '@steward/shared/api'
import { type DeviceModel, Text } from '@steward/shared/model'
import { z } from 'zod'
import { devicesOf } from '../inventory/index.ts'
import type { SeenLink } from './changes.ts'
import type { TopologyDb } from './findings.ts'
import { seenLinks } from './learn.ts'
import { networkNeeds, sameNeeds } from './needs.ts'

const Needs = z.array(z.array(z.string()))
export type Decision = {
  decision: 'confirmed' | 'overruled'
  needs: DeviceModel['needs']
  before: DeviceModel['needs'] | null
  by: string
  at: number
}

const changesShown = 50

export async function linksOf(
  db: TopologyDb,
  site: string,
  only: { device?: string | undefined; undecided?: boolean },
): Promise<SiteLinks> {
  const devices = new Map((await devicesOf(db, site)).map((it) => [it.config.id, it.config]))
  const decisions = await decisionsOf(db, site)
  const all = await seenLinks(db, site)
  const seen = all.filter((it) => only.device === undefined || it.link.device === only.device)
  const kindOf = (id: string) => devices.get(id)?.kind
  const items = seen.flatMap((it) => {
    const config = devices.get(it.link.device)
    if (config === undefined) return []
    return [linkAs(it, networkNeeds(config, it.link.needs, kindOf), decisions.get(config.id))]
  })
  const asked = only.undecided === true ? items.filter(isUndecided) : items
  return { items: asked, total: all.length, changes: await changesOf(db, site, only.device) }
}

const isUndecided = ({ state }: SiteLink): boolean => state === 'proposed' || state === 'differs'

export async function decisionsOf(db: TopologyDb, site: string): Promise<Map<string, Decision>> {
  const rows = await db.selectFrom('topology_decisions').selectAll().where('site', '=', site).execute()
  return new Map(
    rows.map((it) => [
      it.device,
      {
        decision: it.decision === 'confirmed' ? 'confirmed' : 'overruled',
        needs: Needs.parse(JSON.parse(it.needs)),
        before: it.before === null ? null : Needs.parse(JSON.parse(it.before)),
        by: it.decided_by,
        at: it.at,
      },
    ]),
  )
}

function linkAs(
  { link, firstSeen, lastSeen }: SeenLink,
  stated: DeviceModel['needs'],
  known: Decision | undefined,
): SiteLink {
  const state = stateOf(link.needs, stated, known)
  const isDecided = state === 'confirmed' || state === 'overruled'
  return {
    ...link,
    by: link.by.map((it) => ({ ...it, at: instant(it.at) })),
    state,
    stated,
    firstSeen: instant(firstSeen),
    lastSeen: instant(lastSeen),
    decided: known === undefined || !isDecided ? null : { by: known.by, at: instant(known.at) },
  }
}

/** A decision is about what was learned then; when something else is learned it does not cover that. */
function stateOf(
  learned: DeviceModel['needs'],
  stated: DeviceModel['needs'],
  known: Decision | undefined,
): SiteLink['state'] {
  const isCovered = known !== undefined && sameNeeds(known.needs, learned)
  if (isCovered && known.decision === 'overruled') return 'overruled'
  if (sameNeeds(stated, learned)) return isCovered ? 'confirmed' : 'stated'
  return stated.length === 0 ? 'proposed' : 'differs'
}

async function changesOf(db: TopologyDb, site: string, device: string | undefined): Promise<TopologyChange[]> {
  let query = db.selectFrom('topology_changes').selectAll().where('site', '=', site)
  if (device !== undefined) query = query.where('device', '=', device)
  const rows = await query.orderBy('at', 'desc').limit(changesShown).execute()
  return rows.map(({ at, device: of, kind, text }) => ({
    at: instant(at),
    device: of,
    kind: TopologyChange.shape.kind.parse(kind),
    text: Text.parse(JSON.parse(text)),
  }))
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
