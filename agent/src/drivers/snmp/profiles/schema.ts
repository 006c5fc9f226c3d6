/**
 * A device profile as it is written in YAML. The shape is a superset of Datadog's SNMP profiles, so that one of theirs loads as
 * it is: what they have and we do not use is left alone, what we add says unit, class, words of states, limits, identity.
 * The descriptions go into the JSON Schema by which editors complete and check profiles.
 */
import { DeviceKind } from '@steward/shared/model'
import { z } from 'zod'
import { Oid, OidPattern, Pattern, ProfileSymbol, Rows, Words } from './symbol-schema.ts'

export type { ProfileSymbol } from './symbol-schema.ts'

const MetricTag = z.union([
  z.object({
    tag: z.string().optional(),
    column: z.object({ OID: Oid, name: z.string().default('') }).optional(),
    symbol: z
      .union([
        z.object({
          OID: Oid,
          name: z.string().default(''),
          extract_value: Pattern.optional(),
          match_pattern: Pattern.optional(),
          format: z.string().max(40).optional(),
        }),
        z.string(),
      ])
      .optional()
      .describe('the column whose text names the row'),
    OID: Oid.optional(),
    index: z.int().min(1).optional().describe('the part of the index that names the row, from 1'),
    mapping: Words.optional().describe('words for what the column or the index says'),
    match: Pattern.optional().describe('what of the text is taken; its first group, else all of it'),
    index_transform: z
      .array(z.object({ start: z.int().min(0), end: z.int().min(0) }))
      .optional()
      .describe("parts of this table's index that make the other table's index, from 0, ends included"),
  }),
  z.string(),
])

const Metric = z.object({
  MIB: z.string().optional().describe('the MIB module that defines the objects, for people'),
  table: z
    .union([z.object({ OID: Oid.optional(), name: z.string().nullish() }), z.string()])
    .optional()
    .describe('the table that the symbols are columns of; left out for scalars'),
  symbol: z.union([ProfileSymbol, z.string()]).optional().describe('one scalar'),
  OID: Oid.optional(),
  name: z.string().optional(),
  symbols: z
    .array(z.union([ProfileSymbol, z.string()]))
    .optional()
    .describe('columns of the table'),
  metric_tags: z.array(MetricTag).optional().describe('what names a row, most telling first'),
  forced_type: z.string().optional(),
  metric_type: z.string().optional().describe('gauge, rate, monotonic_count, percent or flag_stream'),
  options: z
    .object({ placement: z.int().min(1).max(1000).optional(), metric_suffix: z.string().max(60).optional() })
    .optional()
    .describe('flag_stream: which character of the text is the flag, from 1, and what it is called'),
  keep_rows: Rows.optional().describe('only rows whose column has one of these values count'),
  skip_rows: Rows.optional().describe('rows whose column has one of these values are left out'),
})

const IdentityField = z.object({
  value: z.string().optional().describe('the same for all devices of the family'),
  symbol: ProfileSymbol.optional(),
  symbols: z.array(ProfileSymbol).optional().describe('the first that says something counts'),
})
export type IdentityField = z.infer<typeof IdentityField>

export const ProfileFile = z.object({
  extends: z.array(z.string()).default([]).describe('profiles to take over, by path or file name'),
  sysobjectid: z
    .union([OidPattern, z.array(OidPattern)])
    .optional()
    .describe('the sysObjectID of the family; a star at the end stands for anything below'),
  detect: z.array(Oid).optional().describe('the profile fits when one of these subtrees answers'),
  sysdescr: Pattern.optional().describe('fits when sysDescr matches, for families that share one sysObjectID'),
  kind: DeviceKind.optional().describe('what the device is'),
  kinds: z
    .array(z.object({ sysobjectid: OidPattern.optional(), sysdescr: Pattern.optional(), kind: DeviceKind }))
    .optional()
    .describe('of a layer: kinds of what no profile knows better, the first that fits counts; a pattern ignores case'),
  enterprises: z
    .record(z.string().regex(/^\d+$/), z.string())
    .optional()
    .describe('of a layer: vendors by IANA enterprise number, for targets that tell their vendor in no other way'),
  device: z.object({ vendor: z.string().optional() }).optional().describe('the vendor, where the device tells none'),
  metadata: z
    .object({ device: z.object({ fields: z.record(z.string(), IdentityField) }).optional() })
    .optional()
    .describe('who the device is: vendor, model, serial_number, version, name, mac'),
  metrics: z.array(Metric).nullish().describe('what is read'),
})
export type ProfileFile = z.infer<typeof ProfileFile>
