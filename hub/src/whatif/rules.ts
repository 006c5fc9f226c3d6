/** The rules file of a what-if: the figures and weights of fault-levels.md, changed for the fleet, a customer or a site. */
import { DiagnosisSettings } from '@steward/shared/diagnosis'
import { StewardError } from '@steward/shared/errors'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'

const { returnMs, breakMs, flapping, commonCause } = DiagnosisSettings.shape
const flappingFigures = flapping.unwrap().shape
const commonCauseFigures = commonCause.unwrap().shape
const Name = z.string().min(1).max(120)
const FunctionRef = z.string().regex(/^[^/]+\/[^/]+$/, 'write it as system/function, for example cctv/view')

const FunctionRule = z
  .strictObject({
    system: Name.optional(),
    systemKind: Name.optional(),
    function: Name.optional(),
    essential: z.boolean().optional(),
    paralysedBelow: z.number().min(0).max(1).optional(),
  })
  .refine((it) => it.essential !== undefined || it.paralysedBelow !== undefined, {
    error: 'changes nothing: state essential or paralysedBelow',
  })

const WeightRule = z.strictObject({
  device: Name.optional(),
  deviceKind: Name.optional(),
  function: FunctionRef.optional(),
  weight: z.number().min(0).max(1e9),
})

const Rules = z.strictObject({
  returnMs: returnMs.unwrap().optional(),
  breakMs: breakMs.unwrap().optional(),
  flapping: z
    .strictObject({
      changes: flappingFigures.changes.unwrap().optional(),
      windowMs: flappingFigures.windowMs.unwrap().optional(),
    })
    .optional(),
  commonCause: z
    .strictObject({
      least: commonCauseFigures.least.unwrap().optional(),
      share: commonCauseFigures.share.unwrap().optional(),
      windowMs: commonCauseFigures.windowMs.unwrap().optional(),
    })
    .optional(),
  functions: z.array(FunctionRule).max(1000).default([]),
  weights: z.array(WeightRule).max(10_000).default([]),
})
export type Rules = z.output<typeof Rules>

const RulesFile = z.strictObject({
  fleet: Rules.optional(),
  customers: z.record(Name, Rules).default({}),
  sites: z.record(Name, Rules).default({}),
})
export type RulesFile = z.output<typeof RulesFile>

/** Rules from YAML (or JSON) text. Throws `input/invalid` with one line that names the file, the line and the field. */
export function parseRules(text: string, name: string): RulesFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [broken] = document.errors
  if (broken !== undefined) {
    throw new StewardError('input/invalid', `${name} line ${lines.linePos(broken.pos[0]).line}: ${broken.message}`)
  }
  const result = RulesFile.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path ?? []
  const field = path.length === 0 ? '' : `, field ${path.join('.')}`
  const { line } = lines.linePos(offsetOf(document, path))
  throw new StewardError('input/invalid', `${name} line ${line}${field}: ${issue?.message ?? 'not a file of rules'}`)
}

/** Where a field stands; for one that is missing, where the thing stands that should hold it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

/** Names of the rules that are in none of the `used`: most often something in them is misspelt. */
export function idleRules({ fleet, customers, sites }: RulesFile, used: ReadonlySet<object>): string[] {
  const named: [name: string, rules: Rules | undefined][] = [
    ['fleet', fleet],
    ...Object.entries(customers).map(([id, it]): [string, Rules] => [`customers.${id}`, it]),
    ...Object.entries(sites).map(([id, it]): [string, Rules] => [`sites.${id}`, it]),
  ]
  return named.flatMap(([name, rules]) =>
    (['functions', 'weights'] as const).flatMap((list) =>
      (rules?.[list] ?? []).flatMap((it, i) => (used.has(it) ? [] : [`${name}.${list}.${i}`])),
    ),
  )
}
