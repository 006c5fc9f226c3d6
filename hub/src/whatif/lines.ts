/** A what-if in words: a table of what is other at each site, and how many faults of each level there were. Pure. */
import { FaultLevel } from '@steward/shared/diagnosis'
import type { Difference } from './compare.ts'
import type { SiteOutcome } from './whatif.ts'

const signs = { added: '+', removed: '-', changed: '~' } as const

/** The lines of one site; none where nothing is other. */
export function linesOf({ site, differences }: SiteOutcome): string[] {
  if (differences.length === 0) return []
  const width = Math.max(...differences.map((it) => it.cause.length))
  const added = (change: Difference['change']) => differences.filter((it) => it.change === change).length
  return [
    `${site}: ${added('added')} added, ${added('removed')} removed, ${added('changed')} changed in level`,
    ...differences.map(
      (it) => `  ${signs[it.change]} ${levelsOf(it)}  ${it.cause.padEnd(width)}  ${it.kind.padEnd(12)}  ${spanOf(it)}`,
    ),
  ]
}

/** The last lines: every site at which the counts are other, then all of them together. */
export function summaryLines(outcomes: readonly Pick<SiteOutcome, 'site' | 'before' | 'after'>[]): string[] {
  const all = outcomes.reduce(
    (sum, it) => ({ site: 'all sites', before: added(sum.before, it.before), after: added(sum.after, it.after) }),
    { site: 'all sites', before: none, after: none },
  )
  const other = outcomes.filter((it) => FaultLevel.options.some((level) => it.before[level] !== it.after[level]))
  const width = Math.max(...[...other, all].map((it) => it.site.length))
  const row = ({ site, before, after }: typeof all) =>
    `${site.padEnd(width)}  ${FaultLevel.options.map((level) => `${before[level]} → ${after[level]}`.padEnd(14)).join('  ')}`.trimEnd()
  return [
    `${'faults, before → after'.padEnd(width)}  ${FaultLevel.options.map((it) => it.padEnd(14)).join('  ')}`.trimEnd(),
    ...other.map(row),
    row(all),
  ]
}

type Counts = SiteOutcome['before']
const none: Counts = { L1: 0, L2: 0, L3: 0, L4: 0 }

function added(a: Counts, b: Counts): Counts {
  return { L1: a.L1 + b.L1, L2: a.L2 + b.L2, L3: a.L3 + b.L3, L4: a.L4 + b.L4 }
}

function levelsOf({ level }: Difference): string {
  return `${level.before ?? '--'} → ${level.after ?? '--'}`
}

function spanOf({ openedAt, closedAt }: Difference): string {
  return `${timeOf(openedAt)} to ${closedAt === null ? 'now open' : timeOf(closedAt)}`
}

function timeOf(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

/** One fault as JSON writes it. */
export function jsonOf(site: string, { change, cause, kind, openedAt, closedAt, level }: Difference): string {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return JSON.stringify({ change, site, cause, kind, openedAt: time(openedAt), closedAt: time(closedAt), level })
}
