/** What a target says, as objects whose values are computed when they are asked for. */
import { compareOids, integer, type Oid, octets, oid, parseOid, tags, tlv, unsigned } from './ber.ts'

export type SnmpType = 'Integer' | 'OctetString' | 'OID' | 'IpAddress' | 'Counter' | 'Gauge' | 'TimeTicks' | 'Counter64'
export type Cell = number | bigint | string | Buffer
export type Scalar = { oid: string; type: SnmpType; value: () => Cell }
export type Row = { index: readonly number[]; cells: Readonly<Record<number, Cell>> }
/** `oid` is that of the row (…Entry); columns by their number; a cell that a row leaves out does not exist. */
export type Table = { oid: string; columns: Readonly<Record<number, SnmpType>>; rows: () => Row[] }
export type Mib = { scalars: Scalar[]; tables: Table[] }

export type Varbind = { oid: Oid; value: Buffer }
export type Objects = {
  /** the value, or which kind of nothing there is (RFC 3416, section 4.2.1) */
  get(name: Oid): Buffer
  /** null at the end */
  next(name: Oid): Varbind | null
}

/** Rows are looked at again after this time, so that a walk is mostly of one piece. */
const freshForMs = 1000

export function createObjects({ scalars, tables }: Mib, clock: () => number = () => performance.now()): Objects {
  const single = new Map(scalars.map((it) => [`${it.oid}.0`, it]))
  const roots = [
    ...scalars.map((it) => parseOid(it.oid)),
    ...tables.flatMap((it) => Object.keys(it.columns).map((column) => [...parseOid(it.oid), Number(column)])),
  ]
  let entries: Entry[] = []
  let takenAt = Number.NEGATIVE_INFINITY
  const all = (): Entry[] => {
    if (clock() - takenAt > freshForMs) {
      takenAt = clock()
      entries = entriesOf(scalars, tables)
    }
    return entries
  }
  return {
    get(name) {
      const scalar = single.get(name.join('.'))
      if (scalar !== undefined) return encode(scalar.type, scalar.value())
      const found = all()[firstNotBefore(all(), name)]
      if (found !== undefined && compareOids(found.oid, name) === 0) return found.value()
      const isKnown = roots.some((it) => it.length < name.length && it.every((arc, i) => arc === name[i]))
      return tlv(isKnown ? tags.noSuchInstance : tags.noSuchObject)
    },
    next(name) {
      const list = all()
      const at = firstNotBefore(list, name)
      const first = list[at]
      const found = first !== undefined && compareOids(first.oid, name) === 0 ? list[at + 1] : first
      return found === undefined ? null : { oid: found.oid, value: found.value() }
    },
  }
}

type Entry = { oid: Oid; value: () => Buffer }

function entriesOf(scalars: readonly Scalar[], tables: readonly Table[]): Entry[] {
  const single = scalars.map((it) => ({ oid: [...parseOid(it.oid), 0], value: () => encode(it.type, it.value()) }))
  const rows = tables.flatMap(({ oid: root, columns, rows }) => {
    const prefix = parseOid(root)
    return rows().flatMap(({ index, cells }) =>
      Object.entries(columns).flatMap(([column, type]) => {
        const cell = cells[Number(column)]
        return cell === undefined
          ? []
          : [{ oid: [...prefix, Number(column), ...index], value: () => encode(type, cell) }]
      }),
    )
  })
  return [...single, ...rows].sort((a, b) => compareOids(a.oid, b.oid))
}

function firstNotBefore(list: readonly Entry[], name: Oid): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareOids(list[middle]?.oid ?? [], name) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function encode(type: SnmpType, cell: Cell): Buffer {
  if (type === 'OctetString') return octets(typeof cell === 'string' || Buffer.isBuffer(cell) ? cell : String(cell))
  if (type === 'OID') return oid(parseOid(String(cell)))
  if (type === 'IpAddress') return tlv(tags.ipAddress, Buffer.from(String(cell).split('.').map(Number)))
  if (typeof cell !== 'number' && typeof cell !== 'bigint') throw new TypeError(`${type} from ${String(cell)}`)
  const whole = typeof cell === 'bigint' ? cell : BigInt(Math.floor(cell))
  switch (type) {
    case 'Integer':
      return integer(Number(whole))
    case 'Counter':
      return unsigned(tags.counter32, BigInt.asUintN(32, whole))
    case 'Gauge':
      return unsigned(tags.gauge32, whole > 0xffff_ffffn ? 0xffff_ffffn : whole)
    case 'TimeTicks':
      return unsigned(tags.timeTicks, BigInt.asUintN(32, whole))
    case 'Counter64':
      return unsigned(tags.counter64, BigInt.asUintN(64, whole))
  }
}
