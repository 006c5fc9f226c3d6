/** Limits of a point: those that its profile states, and before them those that the device keeps itself. */
import type { LearnedPoint } from '../../contract.ts'
import type { Varbind } from '../engine/index.ts'
import type { LimitSource, SymbolSpec } from '../profiles/profile.ts'
import { type RowFactors, scaled } from '../read/convert.ts'
import { numberOf, textOf } from '../read/raw-text.ts'

type Columns = ReadonlyMap<string, ReadonlyMap<string, Varbind>>

/** Columns that are asked for the limits of a symbol. A scalar is the column above its `.0`. */
export function limitColumns({ limitBy }: SymbolSpec): string[] {
  return [limitBy?.low, limitBy?.high].flatMap((it) => (it ? [it.oid, ...it.where.map((rows) => rows.column)] : []))
}

/** What a point has beside its value: limits, and whether it is watched. */
export function boundsOf(
  spec: SymbolSpec,
  index: string,
  row: RowFactors,
  columns: Columns,
): Pick<LearnedPoint, 'limits' | 'watch'> {
  const at = (source: LimitSource | null | undefined, pick: (...values: number[]) => number): number | undefined => {
    const told = source ? tellings(source, index, columns).map((it) => inUnit(it, source, spec, row)) : []
    const known = told.filter((it) => it !== null)
    return known.length === 0 ? undefined : pick(...known)
  }
  // Of several the one that is reached first.
  const own = { low: at(spec.limitBy?.low, Math.max), high: at(spec.limitBy?.high, Math.min) }
  const isSane = own.low === undefined || own.high === undefined || own.low < own.high
  const low = (isSane ? own.low : undefined) ?? spec.limits?.low
  const high = (isSane ? own.high : undefined) ?? spec.limits?.high
  const limits = { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) }
  const { watch } = spec
  return {
    ...(low === undefined && high === undefined ? {} : { limits }),
    ...(watch === null
      ? {}
      : { watch: { isDirect: false, ...(watch.states === null ? {} : { states: watch.states }) } }),
  }
}

/** What devices tell where nobody has set a limit: nought, minus one, and the ends of what the type can hold. */
const unset: ReadonlySet<number> = new Set([
  0, -1, 32_767, -32_767, -32_768, 65_535, 2_147_483_647, -2_147_483_647, -2_147_483_648, 4_294_967_295,
])

function inUnit(raw: number, { scale }: LimitSource, spec: SymbolSpec, row: RowFactors): number | null {
  if (unset.has(raw)) return null
  return scale === null ? scaled(raw, spec, row) : raw * scale
}

function tellings({ oid, where }: LimitSource, index: string, columns: Columns): number[] {
  const cells = columns.get(oid)
  if (cells === undefined) return []
  const isMeant = (row: string): boolean =>
    where.every(({ column, values }) => {
      const found = columns.get(column)?.get(row)
      return found !== undefined && values.includes(textOf(found))
    })
  const own = cells.get(index) ?? cells.get('0')
  const rows = own === undefined ? [...cells].filter(([row]) => row.startsWith(`${index}.`) && isMeant(row)) : []
  return [...(own === undefined ? [] : [own]), ...rows.map(([, it]) => it)].flatMap((it) => numberOf(it) ?? [])
}
