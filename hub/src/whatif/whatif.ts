/** The stored past of a fleet replayed under other rules, site by site. */
import { DiagnosisSettings, type FaultLevel } from '@steward/shared/diagnosis'
import { StewardError } from '@steward/shared/errors'
import { enabledDevicesOf, listCustomers, listSites } from '../inventory/index.ts'
import { type Ruled, ruledSite } from './apply-rules.ts'
import { type Difference, differences, levelCounts } from './compare.ts'
import { type HistoryDb, readHistory } from './history.ts'
import { judgedFaults } from './replay.ts'
import type { RulesFile } from './rules.ts'

type Counts = Record<FaultLevel, number>

/** A site under both sets of rules: what is other, and how many faults of each level there were in the span. */
export type SiteOutcome = { site: string; differences: Difference[]; before: Counts; after: Counts }

/** What was judged longer ago than that has no say any more: flapping and common causes look back for minutes. */
const warmUpMs = 86_400_000

/**
 * Replays every site from `from` to `to` (milliseconds since 1970) by its model of today, under the rules that are in force
 * and under those of the file; gives one site after the other, so that memory does not grow with the fleet. `used` gathers
 * the rules of the file that fitted something.
 */
export async function* whatIf(
  db: HistoryDb,
  rules: RulesFile,
  span: { from: number; to: number },
  used: Set<object>,
): AsyncGenerator<SiteOutcome> {
  const sites = await listSites(db, { all: true })
  await checkNames(db, rules, new Set(sites.map((it) => it.id)))
  for (const { id, customer, systems } of sites) {
    const devices = await enabledDevicesOf(db, id)
    const model = {
      systems,
      devices: devices.map(({ id: device, kind, serves, needs }) => ({ id: device, kind, serves, needs })),
    }
    const present: Ruled = { model, settings: DiagnosisSettings.parse({}) }
    const other = ruledSite(rules, { id, customer, model }, used)
    const site = { id, devices: devices.map((it) => it.id) }
    const instants = await readHistory(db, site, { from: span.from - warmUpMs, to: span.to })
    const before = judgedFaults(present, instants, span.to)
    const after = isSame(present, other) ? before : judgedFaults(other, instants, span.to)
    yield {
      site: id,
      differences: differences(before, after, span),
      before: levelCounts(before, span),
      after: levelCounts(after, span),
    }
  }
}

function isSame(a: Ruled, b: Ruled): boolean {
  return a.model === b.model && JSON.stringify(a.settings) === JSON.stringify(b.settings)
}

async function checkNames(db: HistoryDb, rules: RulesFile, sites: ReadonlySet<string>): Promise<void> {
  const customers = new Set((await listCustomers(db, { all: true })).map((it) => it.id))
  const customer = Object.keys(rules.customers).find((it) => !customers.has(it))
  if (customer !== undefined) throw unknown('customers', customer)
  const site = Object.keys(rules.sites).find((it) => !sites.has(it))
  if (site !== undefined) throw unknown('sites', site)
}

function unknown(field: string, id: string): StewardError {
  return new StewardError('input/invalid', `The rules, field ${field}: there is no "${id}" at this hub.`)
}
