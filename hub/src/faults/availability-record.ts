/** What is stored of a site's past, read for its availability. */
import type { SiteRecord, Span, Told } from '@steward/shared/availability'
import type { SiteModel } from '@steward/shared/diagnosis'
import { StewardError } from '@steward/shared/errors'
import { DeviceState } from '@steward/shared/model'
import { maintenanceSpans } from '../inventory/index.ts'
import type { FaultsDb } from './rows.ts'

/** More changes in a month than that are no availability to speak of, and would hold up everybody else. */
const mostStates = 200_000

type StoredPast = Pick<SiteRecord, 'told' | 'maintenance'> & {
  /** device → when it did not answer, yet served those behind it */
  unmanageable: ReadonlyMap<string, Span[]>
}

/** Everything of a span, with what each device was told to be last before it. */
export async function readPast(db: FaultsDb, site: string, span: Span): Promise<StoredPast> {
  const told = new Map<string, Told[]>()
  for (const { device, at, state } of [...(await statesAt(db, site, span.from)), ...(await statesIn(db, site, span))]) {
    const of = told.get(device) ?? []
    of.push({ at, state: DeviceState.parse(state) })
    told.set(device, of)
  }
  return {
    told,
    maintenance: await maintenanceSpans(db, site, span),
    unmanageable: await unmanageableIn(db, site, span),
  }
}

/** The model without those that do not answer but serve: they are not out. */
export function recordOf(
  model: SiteModel,
  { told, maintenance, unmanageable }: StoredPast,
  upDuring: (told: readonly Told[], spans: readonly Span[]) => readonly Told[],
): SiteRecord {
  const seen = [...told].map(([device, states]) => [device, upDuring(states, unmanageable.get(device) ?? [])] as const)
  return { model, told: new Map(seen), maintenance }
}

async function statesAt(db: FaultsDb, site: string, at: number) {
  return db
    .with('last', (it) =>
      it
        .selectFrom('device_states')
        .select((state) => ['device', state.fn.max('at').as('at')])
        .where('site', '=', site)
        .where('at', '<', at)
        .groupBy('device'),
    )
    .selectFrom('device_states')
    .innerJoin('last', (join) =>
      join.onRef('last.device', '=', 'device_states.device').onRef('last.at', '=', 'device_states.at'),
    )
    .select(['device_states.device', 'device_states.at', 'device_states.state'])
    .where('device_states.site', '=', site)
    .execute()
}

async function statesIn(db: FaultsDb, site: string, span: Span) {
  const rows = await db
    .selectFrom('device_states')
    .select(['device', 'at', 'state'])
    .where('site', '=', site)
    .where('at', '>=', span.from)
    .where('at', '<', span.to)
    .limit(mostStates + 1)
    .execute()
  if (rows.length > mostStates) {
    throw new StewardError(
      'input/too-large',
      `The devices of this site changed more than ${mostStates} times in this span; look at single devices instead.`,
    )
  }
  return rows
}

async function unmanageableIn(db: FaultsDb, site: string, span: Span): Promise<Map<string, Span[]>> {
  const rows = await db
    .selectFrom('faults')
    .select(['device', 'opened_at', 'closed_at'])
    .where('site', '=', site)
    .where('kind', '=', 'unmanageable')
    .where('opened_at', '<', span.to)
    .where((it) => it.or([it('closed_at', 'is', null), it('closed_at', '>', span.from)]))
    .limit(10_000)
    .execute()
  const spans = new Map<string, Span[]>()
  for (const { device, opened_at, closed_at } of rows) {
    if (device === null) continue
    const of = spans.get(device) ?? []
    of.push({ from: opened_at, to: closed_at ?? span.to })
    spans.set(device, of)
  }
  return spans
}
