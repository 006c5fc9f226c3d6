/**
 * A device profile as it is written in YAML. The shape is a superset of Datadog's SNMP profiles, so that one of theirs loads as
 * it is: what they have and we do not use is left alone, what we add says unit, class, words of states, limits, identity.
 */
import { DeviceKind } from '@steward/shared/model'
import { z } from 'zod'

const Oid = z
  .string()
  .regex(/^\.?\d+(?:\.\d+)+$/, 'an OID such as 1.3.6.1.2.1.1.3.0')
  .transform((it) => it.replace(/^\./, ''))

/** `1.3.6.1.4.1.9.1.*`: a star at the end stands for anything below. */
const OidPattern = z.string().regex(/^\.?\d+(?:\.\d+)*(?:\.\*)?$/, 'an OID, or one that ends in .*')

const Words = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))

/** A regular expression of a profile; profiles are ours, but a broken one must lose only itself. */
const Pattern = z.string().max(300).refine(isPattern, 'not a regular expression')

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

/** Another column of the same row, whose value changes what this symbol means. */
const AuxiliaryColumn = z.object({ OID: Oid, mapping: z.record(z.string(), z.number()).optional() })

const Kind = z.object({ class: z.string(), unit: z.string().default('') })

const ProfileSymbol = z.object({
  /** left out only together with `constant_value_one`, which we do not use */
  OID: Oid.optional(),
  name: z.string().min(1).max(100).default('unnamed'),
  metric_type: z.string().max(40).optional(),
  scale_factor: z.number().optional(),
  /** the first group (else the whole match) is the value */
  extract_value: Pattern.optional(),
  match_pattern: Pattern.optional(),
  match_value: z.string().max(100).optional(),
  format: z.string().max(40).optional(),

  /** id of the point, `{index}` standing for the row: `if.{index}.in`. Of several symbols with one id the first that answers counts. */
  id: z.string().max(100).optional(),
  title: z.string().max(100).optional(),
  class: z.string().max(40).optional(),
  unit: z.string().max(20).optional(),
  offset: z.number().optional(),
  states: Words.optional(),
  limits: z.object({ low: z.number().optional(), high: z.number().optional() }).optional(),
  /** raw values that mean "not there now" */
  ignore: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
  multiply_by: AuxiliaryColumn.optional(),
  percent_of: AuxiliaryColumn.optional(),
  exponent: AuxiliaryColumn.optional(),
  /** a column that multiplies when it is above zero and divides when it is below (RITTAL-CMC-III-MIB) */
  scale_by: AuxiliaryColumn.optional(),
  /** of a counter: what it can gain per second is this column times `scale_factor`; tells a wrap from a reset */
  at_most: z.object({ OID: Oid, scale_factor: z.number().default(1) }).optional(),
  /** decimal places in the value (ENTITY-SENSOR's precision) */
  precision: AuxiliaryColumn.optional(),
  /** class and unit by another column of the row, or by a part of its index (from 1): by its value, or by words in its text */
  kind_by: z
    .object({
      OID: Oid.optional(),
      index: z.int().min(1).optional(),
      mapping: z.record(z.string(), Kind).default({}),
      words: z.array(Kind.extend({ match: Pattern })).default([]),
    })
    .optional(),
  /** of a column: the first row where this other column has one of these values */
  row_where: z.object({ OID: Oid, in: z.array(z.union([z.string(), z.number()]).transform(String)) }).optional(),
  /** of a column, without `row_where`: its first row that is not empty */
  first_row: z.boolean().optional(),
})
export type ProfileSymbol = z.infer<typeof ProfileSymbol>

const MetricTag = z.union([
  z.object({
    tag: z.string().optional(),
    column: z.object({ OID: Oid, name: z.string().default('') }).optional(),
    symbol: z
      .union([z.object({ OID: Oid, name: z.string().default(''), extract_value: Pattern.optional() }), z.string()])
      .optional(),
    OID: Oid.optional(),
    index: z.int().min(1).optional(),
    mapping: Words.optional(),
    /** parts of this table's index that make the other table's index */
    index_transform: z.array(z.object({ start: z.int().min(0), end: z.int().min(0) })).optional(),
  }),
  z.string(),
])

const Metric = z.object({
  MIB: z.string().optional(),
  table: z.union([z.object({ OID: Oid.optional(), name: z.string().optional() }), z.string()]).optional(),
  symbol: z.union([ProfileSymbol, z.string()]).optional(),
  OID: Oid.optional(),
  name: z.string().optional(),
  symbols: z.array(z.union([ProfileSymbol, z.string()])).optional(),
  metric_tags: z.array(MetricTag).optional(),
  forced_type: z.string().optional(),
  metric_type: z.string().optional(),
  /** only rows whose column has one of these values count */
  keep_rows: z.object({ OID: Oid, in: z.array(z.union([z.string(), z.number()]).transform(String)) }).optional(),
  /** rows whose column has one of these values are left out */
  skip_rows: z.object({ OID: Oid, in: z.array(z.union([z.string(), z.number()]).transform(String)) }).optional(),
})

const IdentityField = z.object({
  value: z.string().optional(),
  symbol: ProfileSymbol.optional(),
  symbols: z.array(ProfileSymbol).optional(),
})
export type IdentityField = z.infer<typeof IdentityField>

export const ProfileFile = z.object({
  extends: z.array(z.string()).default([]),
  sysobjectid: z.union([OidPattern, z.array(OidPattern)]).optional(),
  /** the profile fits when one of these subtrees answers */
  detect: z.array(Oid).optional(),
  /** fits when sysDescr matches, for families that share one sysObjectID */
  sysdescr: Pattern.optional(),
  kind: DeviceKind.optional(),
  /** kinds of what no profile knows better, the first that fits counts; a pattern ignores case */
  kinds: z
    .array(z.object({ sysobjectid: OidPattern.optional(), sysdescr: Pattern.optional(), kind: DeviceKind }))
    .optional(),
  /** vendors by IANA enterprise number (the arc behind 1.3.6.1.4.1), for targets that tell their vendor in no other way */
  enterprises: z.record(z.string().regex(/^\d+$/), z.string()).optional(),
  device: z.object({ vendor: z.string().optional() }).optional(),
  metadata: z.object({ device: z.object({ fields: z.record(z.string(), IdentityField) }).optional() }).optional(),
  metrics: z.array(Metric).nullish(),
})
export type ProfileFile = z.infer<typeof ProfileFile>
