/** One object of a device profile: where it is and what its value means. */
import { z } from 'zod'

export const Oid = z
  .string()
  .regex(/^\.?\d+(?:\.\d+)+$/, 'an OID such as 1.3.6.1.2.1.1.3.0')
  .transform((it) => it.replace(/^\./, ''))

/** `1.3.6.1.4.1.9.1.*`: a star at the end stands for anything below. */
export const OidPattern = z.string().regex(/^\.?\d+(?:\.\d+)*(?:\.\*)?$/, 'an OID, or one that ends in .*')

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
export const Words = z.record(z.string(), Scalar)

/** A regular expression of a profile; profiles are ours, but a broken one must lose only itself. */
export const Pattern = z.string().max(300).refine(isPattern, 'not a regular expression')

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

const Raw = z.array(z.union([z.string(), z.number()]).transform(String))
export const Rows = z.object({ OID: Oid, in: Raw })

/** Another column of the same row, whose value changes what this symbol means. */
const AuxiliaryColumn = z.object({
  OID: Oid,
  mapping: z.record(z.string(), z.number()).optional().describe('what its values stand for'),
})

/** A limit that the device keeps itself: in a column of the row, a scalar, or in rows whose index begins with that of the row. */
const LimitColumn = z.object({
  OID: Oid,
  scale_factor: z.number().optional().describe('left out: scaled as the value itself'),
  where: z.array(Rows).max(4).optional().describe('only rows whose columns have one of these values count'),
})

const Kind = z.object({ class: z.string(), unit: z.string().default('') })

export const ProfileSymbol = z.object({
  OID: Oid.optional().describe('left out only together with constant_value_one'),
  name: z.string().min(1).max(100).default('unnamed').describe('the name in the MIB'),
  constant_value_one: z.boolean().optional().describe('the state is not in a value but in the tags of the row'),
  metric_type: z.string().max(40).optional(),
  scale_factor: z.number().optional().describe('value = raw × this + offset'),
  extract_value: Pattern.optional().describe('the first group (else the whole match) of the text is the value'),
  match_pattern: Pattern.optional().describe('of an identity field: what of the text counts'),
  match_value: z.string().max(100).optional().describe('what the match becomes, $1 being its first group'),
  format: z.string().max(40).optional().describe('mac_address or ip_address'),

  id: z
    .string()
    .max(100)
    .optional()
    .describe(
      'id of the point, {index} standing for the row: if.{index}.in; of several with one id the first that answers counts',
    ),
  title: z.string().max(100).optional().describe('what a person reads'),
  class: z.string().max(40).optional().describe('temperature, voltage, load, state …; the unit follows from it'),
  unit: z.string().max(20).optional(),
  offset: z.number().optional(),
  states: Words.optional().describe('words for numbers'),
  bits: Words.optional().describe('words for the bits of a BITS value, from 0; none is "normal"'),
  limits: z
    .object({ low: z.number().optional(), high: z.number().optional() })
    .optional()
    .describe('beyond these the point is out of range, in its unit'),
  limit_by: z
    .object({ low: LimitColumn.optional(), high: LimitColumn.optional() })
    .optional()
    .describe('limits that the device keeps itself; they go before those of limits'),
  watch: z
    .union([z.literal(true), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'beyond its limits, or at one of these words, the device is degraded; a temperature without it is critical',
    ),
  ignore: Raw.optional().describe('raw values that mean "not there now"'),
  multiply_by: AuxiliaryColumn.optional().describe('a column that multiplies'),
  percent_of: AuxiliaryColumn.optional().describe('a column that is 100 %'),
  exponent: AuxiliaryColumn.optional().describe('a column that is the power of ten'),
  scale_by: AuxiliaryColumn.optional().describe('a column that multiplies above zero and divides below'),
  at_most: z
    .object({ OID: Oid, scale_factor: z.number().default(1) })
    .optional()
    .describe('of a counter: what it can gain per second, to tell a wrap from a reset'),
  precision: AuxiliaryColumn.optional().describe('a column with the decimal places (ENTITY-SENSOR-MIB)'),
  kind_by: z
    .object({
      OID: Oid.optional(),
      index: z.int().min(1).optional(),
      mapping: z.record(z.string(), Kind).default({}),
      words: z.array(Kind.extend({ match: Pattern })).default([]),
    })
    .optional()
    .describe('class and unit by another column of the row, or by a part of its index (from 1): by value or by words'),
  row_where: Rows.optional().describe('of a column: the first row where this other column has one of these values'),
  first_row: z.boolean().optional().describe('of a column, without row_where: its first row that is not empty'),
})
export type ProfileSymbol = z.infer<typeof ProfileSymbol>
