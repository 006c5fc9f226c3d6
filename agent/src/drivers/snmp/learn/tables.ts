/** Rows of a profile's tables, as a target has them, to reads and points. */
import type { LearnedPoint } from '../../contract.ts'
import type { Ask } from '../ask.ts'
import type { Varbind } from '../engine/index.ts'
import type { Auxiliary, RowName, SymbolSpec, TableSpec } from '../profiles/profile.ts'
import { numberOf, textOf } from '../read/raw-text.ts'
import { boundsOf, limitColumns } from './limits.ts'
import { pointIdOf, type Read, statesOf } from './plan.ts'

export type Learned = { read: Read; point: LearnedPoint }

type Column = ReadonlyMap<string, Varbind>

const maxInstanceLength = 120

/** Throws StewardError when the target falls silent on the way. */
export async function learnTable(ask: Ask, table: TableSpec): Promise<Learned[]> {
  const columns = new Map<string, Column>()
  // One column after the other: a device is asked one thing at a time.
  for (const oid of columnsOf(table)) columns.set(oid, await ask.column(oid))
  const isWanted = rowFilter(table, columns)
  return table.symbols.flatMap((spec) =>
    [...(columns.get(spec.oid) ?? [])]
      .filter(([index, varbind]) => varbind.type !== 'null' && isWanted(index))
      .map(([index, varbind]) => learnCell(spec, index, varbind, table, columns)),
  )
}

function columnsOf(table: TableSpec): string[] {
  const auxiliary = table.symbols.flatMap((it) => [
    it.multiplyBy,
    it.percentOf,
    it.exponent,
    it.scaleBy,
    it.precision,
    it.atMost,
  ])
  const oids = [
    ...table.symbols.flatMap((it) => [it.oid, it.kindBy?.oid ?? null]),
    ...auxiliary.map((it) => it?.oid ?? null),
    ...table.symbols.flatMap(limitColumns),
    ...table.names.map((it) => it.column),
    table.skipRows?.column ?? null,
    table.keepRows?.column ?? null,
  ]
  return [...new Set(oids.filter((it) => it !== null))]
}

function rowFilter(table: TableSpec, columns: ReadonlyMap<string, Column>): (index: string) => boolean {
  const isIn = (rows: TableSpec['skipRows'], index: string): boolean => {
    if (rows === null) return false
    const found = columns.get(rows.column)?.get(index)
    return found !== undefined && rows.values.includes(textOf(found))
  }
  return (index) => (table.keepRows === null || isIn(table.keepRows, index)) && !isIn(table.skipRows, index)
}

function learnCell(
  spec: SymbolSpec,
  index: string,
  varbind: Varbind,
  table: TableSpec,
  columns: ReadonlyMap<string, Column>,
): Learned {
  const numberAt = (it: Auxiliary | null): number | null => {
    const found = it === null ? undefined : columns.get(it.oid)?.get(index)
    const raw = found === undefined ? null : numberOf(found)
    return raw === null ? null : (it?.mapping?.[String(raw)] ?? (it?.mapping ? null : raw))
  }
  const power = (numberAt(spec.exponent) ?? 0) - (numberAt(spec.precision) ?? 0)
  const scale = numberAt(spec.scaleBy) ?? 1
  const factor = (numberAt(spec.multiplyBy) ?? 1) * 10 ** power * (scale < 0 ? 1 / -scale : scale || 1)
  const kind = kindOf(spec.kindBy, index, columns)
  const id = pointIdOf(spec.id, index)
  const isRate = spec.rate === 'yes' || (spec.rate === 'by-type' && varbind.type.startsWith('counter'))
  const row = { factor, percentOf: spec.percentOf === null ? null : (numberAt(spec.percentOf) ?? 0) }
  return {
    read: {
      oid: `${spec.oid}.${index}`,
      point: id,
      spec,
      isRate,
      row,
      most: mostOf(spec, index, columns),
    },
    point: {
      id,
      class: kind?.class ?? spec.class,
      instance: instanceOf(table.names, index, columns),
      name: spec.title,
      unit: kind?.unit ?? spec.unit,
      ...statesOf(spec),
      ...boundsOf(spec, index, row, columns),
      source: `${spec.oid}.${index}`,
    },
  }
}

function kindOf(
  kindBy: SymbolSpec['kindBy'],
  index: string,
  columns: ReadonlyMap<string, Column>,
): { class: string; unit: string } | undefined {
  if (kindBy === null) return undefined
  const found = kindBy.oid === null ? undefined : columns.get(kindBy.oid)?.get(index)
  const text = kindBy.oid === null ? index.split('.')[kindBy.indexPart - 1] : found && textOf(found)
  if (text === undefined) return undefined
  return kindBy.mapping[text] ?? kindBy.words.find((it) => it.pattern.test(text))
}

function mostOf(spec: SymbolSpec, index: string, columns: ReadonlyMap<string, Column>): number | null {
  const found = spec.atMost === null ? undefined : columns.get(spec.atMost.oid)?.get(index)
  const most = found === undefined ? null : numberOf(found)
  return most === null || most === 0 ? null : most * (spec.atMost?.scale ?? 1)
}

/** The words that tell rows apart, most telling first; the index where there are none. */
function instanceOf(names: readonly RowName[], index: string, columns: ReadonlyMap<string, Column>): string {
  const words = names.map((it) => wordOf(it, index, columns)).filter((it) => it !== '')
  return (words.length === 0 ? index : [...new Set(words)].join(' · ')).slice(0, maxInstanceLength)
}

function wordOf(name: RowName, index: string, columns: ReadonlyMap<string, Column>): string {
  const arcs = index.split('.')
  if (name.column === null) {
    const part = arcs[(name.indexPart ?? 1) - 1] ?? ''
    return name.mapping?.[part] ?? part
  }
  const key = name.transform?.flatMap((it) => arcs.slice(it.start, it.end + 1)).join('.') ?? index
  const found = columns.get(name.column)?.get(key)
  if (found === undefined) return ''
  const isAddress = name.isAddress && found.type === 'octets' && found.value.length === 4
  const text = isAddress ? [...found.value].join('.') : textOf(found)
  const match = name.pattern?.exec(text)
  const word = name.pattern === null ? text : (match?.[1] ?? match?.[0] ?? '')
  return name.mapping?.[word] ?? word
}
