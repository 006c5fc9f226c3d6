/** Registers to as few questions as possible: neighbours are read together, gaps included. */
import { type Register, wordsOf } from './formats.ts'
import type { Table } from './frame.ts'

/** Where a value stands, whatever it means. */
export type Span = Pick<Register, 'id' | 'table' | 'address' | 'format' | 'length'>
/** Several registers that are read by one question; `count` in registers or bits. */
export type Block<S extends Span = Span> = { table: Table; address: number; count: number; registers: S[] }

/**
 * `maxGap`: registers (or eight times as many bits) that may be read though nobody wants them; `cuts`: ids of registers before which a block
 * ends, since the device refused what goes over that place.
 */
export type PlanLimits = {
  maxGap?: number | undefined
  maxRegisters?: number | undefined
  maxBits?: number | undefined
}

/** The protocol allows 125 registers and 2000 bits; a little less, since some devices do. */
const usual = { maxRegisters: 120, maxBits: 1900 }
/** Reading this much that nobody wants is cheaper than asking again. */
const usualGap = { registers: 12, bits: 64 }

export function isBits(table: Table): boolean {
  return table === 'coil' || table === 'discrete'
}

/** How many addresses a register takes. */
export function widthOf(register: Pick<Span, 'table' | 'format' | 'length'>): number {
  return isBits(register.table) ? 1 : wordsOf(register.format, register.length)
}

export function planBlocks<S extends Span>(
  registers: readonly S[],
  cuts: ReadonlySet<string> = new Set(),
  limits: PlanLimits = {},
): Block<S>[] {
  const sorted = [...registers].sort((a, b) => a.table.localeCompare(b.table) || a.address - b.address)
  const blocks: Block<S>[] = []
  for (const register of sorted) {
    const last = blocks.at(-1)
    const end = register.address + widthOf(register)
    const most = isBits(register.table)
      ? (limits.maxBits ?? usual.maxBits)
      : (limits.maxRegisters ?? usual.maxRegisters)
    const gap = isBits(register.table)
      ? (limits.maxGap ?? usualGap.bits / 8) * 8
      : (limits.maxGap ?? usualGap.registers)
    const fits =
      last !== undefined &&
      last.table === register.table &&
      register.address - (last.address + last.count) <= gap &&
      end - last.address <= most &&
      !cuts.has(register.id)
    if (fits) {
      last.count = Math.max(last.count, end - last.address)
      last.registers.push(register)
    } else {
      blocks.push({ table: register.table, address: register.address, count: widthOf(register), registers: [register] })
    }
  }
  return blocks
}

/** Where to cut a block that was refused as a whole: at its gaps, and where it has none in its middle. */
export function cutsOf(block: Block): string[] {
  let end = block.address
  const gaps: string[] = []
  for (const [at, register] of block.registers.entries()) {
    if (at > 0 && register.address > end) gaps.push(register.id)
    end = Math.max(end, register.address + widthOf(register))
  }
  const middle = block.registers[Math.ceil(block.registers.length / 2)]
  return gaps.length > 0 || middle === undefined ? gaps : [middle.id]
}
