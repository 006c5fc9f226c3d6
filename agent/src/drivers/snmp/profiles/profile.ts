/** A device profile ready for use: its parents merged in, defaults filled, expressions compiled. */
import type { DeviceKind, PointDescriptor } from '@steward/shared/model'

export type SymbolSpec = {
  oid: string
  id: string
  title: string
  class: string
  unit: string
  scale: number
  offset: number
  /** a counter shown as its change per second; `by-type`: when the target says that it is a counter */
  rate: 'yes' | 'no' | 'by-type'
  pattern: RegExp | null
  states: Readonly<Record<string, string>> | null
  /** by number of the bit, the first of the first byte being 0 (RFC 2578, section 7.1.4) */
  bits: Readonly<Record<string, string>> | null
  ignore: readonly string[]
  limits: PointDescriptor['limits']
  limitBy: { low: LimitSource | null; high: LimitSource | null } | null
  watch: { states: readonly string[] | null } | null
  multiplyBy: Auxiliary | null
  percentOf: Auxiliary | null
  exponent: Auxiliary | null
  scaleBy: Auxiliary | null
  precision: Auxiliary | null
  atMost: { oid: string; scale: number } | null
  kindBy: KindBy | null
}

type Kind = { class: string; unit: string }

/** What a row measures: by a column, or (`oid` null) by a part of its index; by value, else by the first of the words. */
type KindBy = {
  oid: string | null
  indexPart: number
  mapping: Readonly<Record<string, Kind>>
  words: readonly (Kind & { pattern: RegExp })[]
}

/** `scale` null: that of the value. */
export type LimitSource = {
  oid: string
  scale: number | null
  where: readonly { column: string; values: readonly string[] }[]
}

export type Auxiliary = { oid: string; mapping: Readonly<Record<string, number>> | null }

/** Where the name of a row comes from. `transform`: parts of the index (from 0, ends included) that index the other table. */
export type RowName = {
  column: string | null
  pattern: RegExp | null
  /** bytes are an IP address */
  isAddress: boolean
  indexPart: number | null
  mapping: Readonly<Record<string, string>> | null
  transform: readonly { start: number; end: number }[] | null
}

export type TableSpec = {
  symbols: readonly SymbolSpec[]
  names: readonly RowName[]
  skipRows: { column: string; values: readonly string[] } | null
  keepRows: { column: string; values: readonly string[] } | null
}

export const identityFields = ['vendor', 'model', 'serial', 'firmware', 'name', 'mac'] as const
export type IdentityFieldName = (typeof identityFields)[number]

/** One place where an identity field may be found; the first that is not empty counts. */
export type IdentitySource = {
  value: string | null
  oid: string | null
  /** a column of a table: of which row */
  row: 'first' | { column: string; values: readonly string[] } | null
  pattern: RegExp | null
  /** what the match becomes, `$1` being its first group */
  template: string | null
  isMac: boolean
}

export type Profile = {
  name: string
  sysObjectIds: readonly string[]
  sysDescr: RegExp | null
  detect: readonly string[]
  kind: DeviceKind | null
  /** what a target is that no profile tells, by its sysObjectID, its sysDescr or both */
  kinds: readonly { sysObjectId: string | null; sysDescr: RegExp | null; kind: DeviceKind }[]
  enterprises: Readonly<Record<string, string>>
  identity: Readonly<Partial<Record<IdentityFieldName, readonly IdentitySource[]>>>
  scalars: readonly SymbolSpec[]
  tables: readonly TableSpec[]
}
