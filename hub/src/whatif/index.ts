/** What the stored past of a fleet would have been under other rules: faults added, removed and changed in level. */
export { jsonOf, linesOf, summaryLines } from './lines.ts'
export { idleRules, parseRules } from './rules.ts'
export { type SiteOutcome, whatIf } from './whatif.ts'
