/** Registers to as few questions as possible: neighbours are read together, gaps included. */
import type { ModbusRegister } from '@steward/shared/model'
import type { z } from 'zod'
import type { Table } from './frame.ts'

export type Register = z.infer<typeof ModbusRegister>

/** Several registers that are read by one question; `count` in registers or bits. */
export type Block = { table: Table; address: number; count: number; registers: Register[] }

const words: Record<Register['format'], number> = {
  u16: 1,
  s16: 1,
  bit: 1,
  u32: 2,
  s32: 2,
  f32: 2,
  u64: 4,
  s64: 4,
  f64: 4,
}
/** The protocol allows 125 registers and 2000 bits; a little less, since some devices do. */
const most = { registers: 120, bits: 1900 }
/** Reading this much that nobody wants is cheaper than asking again. */
const widestGap = { registers: 12, bits: 64 }

export function isBits(table: Table): boolean {
  return table === 'coil' || table === 'discrete'
}

/** How many addresses a register takes. */
export function widthOf(register: Register): number {
  return isBits(register.table) ? 1 : words[register.format]
}

/** `alone`: ids of registers whose block was refused as a whole before; they are asked for one by one. */
export function planBlocks(registers: readonly Register[], alone: ReadonlySet<string> = new Set()): Block[] {
  const sorted = [...registers].sort((a, b) => a.table.localeCompare(b.table) || a.address - b.address)
  const blocks: Block[] = []
  for (const register of sorted) {
    const last = blocks.at(-1)
    const end = register.address + widthOf(register)
    const unit = isBits(register.table) ? 'bits' : 'registers'
    const fits =
      last !== undefined &&
      last.table === register.table &&
      register.address - (last.address + last.count) <= widestGap[unit] &&
      end - last.address <= most[unit] &&
      !alone.has(register.id) &&
      !last.registers.some((it) => alone.has(it.id))
    if (fits) {
      last.count = Math.max(last.count, end - last.address)
      last.registers.push(register)
    } else {
      blocks.push({ table: register.table, address: register.address, count: widthOf(register), registers: [register] })
    }
  }
  return blocks
}
