import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import type { FaultTables } from '../faults/index.ts'
import type { InventoryTables } from '../inventory/index.ts'
import type { SiteOutcome } from '../whatif/index.ts'
import { hubDataFolder } from './options.ts'
import { typedPath } from './paths.ts'

type Options = { rules: string; data: string; from?: number; to?: number; json: boolean }

const maxBytes = 4 * 1024 * 1024
const dayMs = 86_400_000

const help = `
The rules (YAML), all of it optional; the fleet's hold first, then the customer's, then the site's:
  fleet:
    returnMs: 180000                         how long a device may take to come back after what it needs did (120000)
    breakMs: 60000                           what it needs broke this soon after it: it was no cause (60000)
    flapping: { changes: 4, windowMs: 600000 }                  (5 changes within 600000)
    commonCause: { least: 3, share: 0.8, windowMs: 60000 }      (3 devices, 0.8 of them, within 60000)
    functions:
      - { systemKind: cctv, function: view, paralysedBelow: 0.7 }
      - { system: hvac, function: cool, essential: true, paralysedBelow: 0.5 }
    weights:
      - { deviceKind: camera, function: cctv/view, weight: 2 }
  customers:
    acme: { returnMs: 60000 }
  sites:
    tower-a: { flapping: { changes: 3 } }

What is replayed are the states as they were told (already debounced), maintenance and marks as they are stored, by
today's model. "Before" is the same replay under the rules in force, so that what differs comes of the rules alone. A
fault counts with the worst level that it had. The data folder is only read; the hub may run meanwhile.

Examples:
  steward whatif --rules new.yaml
  steward whatif --rules new.yaml --from 2026-08-01 --to 2026-11-01 --json`

const Time = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

/** A day, or an instant; gives milliseconds since 1970. */
function timeOf(text: string): number {
  const parsed = Time.safeParse(text)
  if (parsed.success) return Date.parse(parsed.data)
  throw new InvalidArgumentError('Write a day or an instant, for example 2026-08-01 or 2026-08-01T06:00:00Z.')
}

function readText(file: string): string {
  const path = typedPath(file)
  try {
    if (statSync(path).size > maxBytes) throw new StewardError('input/too-large', `${file} is larger than 4 MiB.`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof StewardError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new StewardError('input/invalid', `${file} cannot be read: ${why}`)
  }
}

function spanOf({ from, to = Date.now() }: Options): { from: number; to: number } {
  const span = { from: from ?? to - 90 * dayMs, to }
  if (span.from < span.to) return span
  throw new StewardError('input/invalid', '--from must be before --to.')
}

async function run(options: Options): Promise<void> {
  // The rooms behind this are loaded only where they are needed: other commands answer at once.
  const { idleRules, jsonOf, linesOf, parseRules, summaryLines, whatIf } = await import('../whatif/index.ts')
  const { openForReading } = await import('../db/index.ts')
  const rules = parseRules(readText(options.rules), options.rules)
  const span = spanOf(options)
  const file = join(typedPath(options.data), 'hub.sqlite')
  if (!existsSync(file)) {
    throw new StewardError('input/invalid', `There is no hub in ${options.data}; name its data folder with --data.`)
  }
  const db = openForReading(file)
  try {
    const used = new Set<object>()
    const counts: Pick<SiteOutcome, 'site' | 'before' | 'after'>[] = []
    for await (const outcome of whatIf(db.withTables<FaultTables & InventoryTables>(), rules, span, used)) {
      const { site, before, after, differences } = outcome
      const lines = options.json ? differences.map((it) => jsonOf(site, it)) : linesOf(outcome)
      for (const line of lines) console.log(line)
      counts.push({ site, before, after })
    }
    for (const name of idleRules(rules, used)) console.error(`${options.rules}: ${name} fits nothing at any site.`)
    if (options.json) console.log(JSON.stringify({ summary: counts }))
    else for (const line of summaryLines(counts)) console.log(line)
  } finally {
    await db.destroy()
  }
}

/** `steward whatif` */
export function whatIfCommand(): Command {
  return new Command('whatif')
    .description('replay the stored past of all sites under other rules: faults added, removed, changed in level')
    .requiredOption('--rules <file>', 'the other rules (YAML or JSON)')
    .option('--from <time>', 'a day or an instant, ISO 8601 (left out: 90 days before --to)', timeOf)
    .option('--to <time>', 'a day or an instant, ISO 8601 (left out: now)', timeOf)
    .option('--data <folder>', 'where the data of the hub is kept', hubDataFolder)
    .option('--json', 'one JSON object a line: the faults, then the summary', false)
    .addHelpText('after', help)
    .action(run)
}
