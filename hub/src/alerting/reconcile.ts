import { randomUUID } from 'node:crypto'
import { FaultLevel } from '@steward/shared/model'
import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { decide } from './decide/decide.ts'
import type { FaultNow, KnownFault, Page, Site, Told } from './decide/state.ts'
import { writeDeliveries } from './deliveries.ts'
import { allRecipients } from './recipients.ts'
import type { AlertingTables } from './schema.ts'
import { type SilenceableFault, silenceOver } from './silences/cover.ts'
import { silencesIn } from './silences/store.ts'

type Db = Kysely<AlertingTables>

/**
 * What alerting asks of the faults' room, within its own transaction: the site, its open faults, and those closed ones
 * that are in `unfinished` or that alerting has never seen.
 */
export type FaultsForAlerts = (
  trx: Kysely<unknown>,
  site: string,
  unfinished: readonly string[],
) => Promise<KnownSite | null>

type KnownSite = { site: Site; customer: string; faults: KnownFault[] }

const Ids = z.array(z.string())

function toldFromRow(row: Selectable<AlertingTables['alert_told']>): Told {
  return { fault: row.fault, level: FaultLevel.nullable().parse(row.level), page: row.page, done: row.done === 1 }
}

function pageFromRow(row: Selectable<AlertingTables['alert_pages']>): Page {
  const absorbed = Ids.parse(JSON.parse(row.absorbed))
  return { id: row.id, incident: row.incident, openedAt: row.opened_at, closed: row.closed === 1, absorbed }
}

/** SQLite takes 32,766 parameters in a statement; five a row. */
const rowsAtOnce = 1000

async function writeTold(trx: Db, site: string, told: readonly Told[]): Promise<void> {
  for (let from = 0; from < told.length; from += rowsAtOnce) {
    const rows = told
      .slice(from, from + rowsAtOnce)
      .map(({ fault, level, page, done }) => ({ fault, site, level, page, done: done ? 1 : 0 }))
    await trx
      .insertInto('alert_told')
      .values(rows)
      .onConflict((it) =>
        it.column('fault').doUpdateSet(({ ref }) => ({
          level: ref('excluded.level'),
          page: ref('excluded.page'),
          done: ref('excluded.done'),
        })),
      )
      .execute()
  }
}

async function writePages(trx: Db, site: string, pages: readonly Page[]): Promise<void> {
  for (const { id, incident, openedAt, closed, absorbed } of pages) {
    const change = { closed: closed ? 1 : 0, absorbed: JSON.stringify(absorbed) }
    await trx
      .insertInto('alert_pages')
      .values({ id, site, incident, opened_at: openedAt, ...change })
      .onConflict((it) => it.column('id').doUpdateSet(change))
      .execute()
  }
}

/** Faults with whether they are silenced now, and were when they closed. */
async function withSilences(trx: Db, { site, customer, faults }: KnownSite, now: number): Promise<FaultNow[]> {
  const first = Math.min(now, ...faults.map((it) => it.closedAt ?? now))
  const silences = await silencesIn(trx, { from: first, to: now + 1 }, { site: site.id, customer })
  return faults.map(({ systems, ...fault }) => {
    const of: SilenceableFault = {
      customer,
      site: site.id,
      timezone: site.timezone,
      device: fault.device?.id ?? null,
      systems,
      level: fault.level,
    }
    const isSilent = (at: number): boolean => silenceOver(silences, of, at) !== null
    return { ...fault, silenced: isSilent(now), closedInSilence: fault.closedAt !== null && isSilent(fault.closedAt) }
  })
}

type Reconciled = { written: number; silenced: string[] }

/**
 * Decides what people are to be told of a site and writes it to the outbox: one transaction, so that killing the process
 * at any instant loses no alert and writes none twice. Gives the number of deliveries
 * written, and the open faults that are silenced now.
 */
export async function reconcileSite(
  db: Kysely<unknown>,
  it: { site: string; now: number; faults: FaultsForAlerts },
): Promise<Reconciled> {
  return db.transaction().execute(async (base) => {
    const trx = base.withTables<AlertingTables>()
    const toldRows = await trx
      .selectFrom('alert_told')
      .selectAll()
      .where('done', '=', 0)
      .where('site', '=', it.site)
      .execute()
    const known = await it.faults(
      base,
      it.site,
      toldRows.map((row) => row.fault),
    )
    if (known === null) return { written: 0, silenced: [] }
    const pageRows = await trx
      .selectFrom('alert_pages')
      .selectAll()
      .where('closed', '=', 0)
      .where('site', '=', it.site)
      .execute()
    const faults = await withSilences(trx, known, it.now)
    const silenced = faults.filter((fault) => fault.silenced && fault.closedAt === null).map((fault) => fault.id)
    const decision = decide({
      site: known.site,
      faults,
      told: toldRows.map(toldFromRow),
      pages: pageRows.map(pageFromRow),
      now: it.now,
      newPageId: randomUUID,
    })
    await writeTold(trx, it.site, decision.told)
    await writePages(trx, it.site, decision.pages)
    if (decision.alerts.length === 0) return { written: 0, silenced }
    return { written: await writeDeliveries(trx, decision.alerts, await allRecipients(trx), it.now), silenced }
  })
}
