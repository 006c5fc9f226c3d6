/** The ports of a target from IF-MIB (RFC 2863). */
import type { PortSummary } from '../../contract.ts'
import type { Ask } from '../ask.ts'
import { numberOf, textOf } from '../read/raw-text.ts'

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'
const columns = {
  descr: `${ifEntry}.2`,
  type: `${ifEntry}.3`,
  speed: `${ifEntry}.5`,
  admin: `${ifEntry}.7`,
  oper: `${ifEntry}.8`,
  name: `${ifXEntry}.1`,
  highSpeed: `${ifXEntry}.15`,
}

/** IANAifType-MIB: those that buildings have; any other is shown by its number. */
const typeNames: Record<string, string> = {
  1: 'other',
  6: 'ethernetCsmacd',
  23: 'ppp',
  24: 'softwareLoopback',
  53: 'propVirtual',
  71: 'ieee80211',
  131: 'tunnel',
  135: 'l2vlan',
  136: 'l3ipvlan',
  142: 'ipForward',
  161: 'ieee8023adLag',
  209: 'bridge',
}

/** ifHighSpeed is rounded to 1 Mbit/s: below this (Mbit/s), ifSpeed is the more exact one. */
const exactBelow = 20

/** Rows are the union of all columns' rows, since targets leave some out. */
export async function learnPorts(ask: Ask): Promise<PortSummary[]> {
  const found: Record<string, Awaited<ReturnType<Ask['column']>>> = {}
  for (const [name, oid] of Object.entries(columns)) found[name] = await ask.column(oid)
  const indexes = new Set(Object.values(found).flatMap((it) => [...it.keys()]))
  const number = (column: keyof typeof columns, index: string): number | null => {
    const cell = found[column]?.get(index)
    return cell === undefined ? null : numberOf(cell)
  }
  const text = (column: keyof typeof columns, index: string): string => {
    const cell = found[column]?.get(index)
    return cell === undefined ? '' : textOf(cell)
  }
  return [...indexes]
    .filter((it) => /^\d+$/.test(it))
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => ({
      index: Number(index),
      name: text('name', index) || text('descr', index) || index,
      type: typeNames[text('type', index)] ?? text('type', index),
      adminUp: isUp(number('admin', index)),
      operUp: isUp(number('oper', index)),
      speedBps: speedOf(number('highSpeed', index), number('speed', index)),
    }))
}

function isUp(status: number | null): boolean | null {
  return status === null ? null : status === 1
}

function speedOf(highSpeed: number | null, speed: number | null): number | null {
  if (highSpeed !== null && highSpeed >= exactBelow) return highSpeed * 1_000_000
  if (speed !== null && speed > 0) return speed
  return highSpeed !== null && highSpeed > 0 ? highSpeed * 1_000_000 : null
}
