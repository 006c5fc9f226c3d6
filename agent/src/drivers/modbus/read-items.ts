/** Values of many registers by few questions; what is refused together is asked for in ever smaller pieces. */
import type { PointValue } from '@steward/shared/model'
import type { LearnedPoint, Reading } from '../contract.ts'
import { decodeRegister, exponentOf, type Readable } from './decode.ts'
import { ModbusException, readRequest } from './frame.ts'
import { type Block, cutsOf, type PlanLimits, planBlocks, type Span } from './read-plan.ts'

/** One value and the point that it becomes. */
export type Item = { register: Readable; point: LearnedPoint }
export type Ask = (pdu: Buffer) => Promise<Buffer>
export type ItemsRead = Pick<Reading, 'errors'> & { values: Record<string, PointValue>; refused: Set<string> }

/** Illegal address, illegal value, failure while answering: smaller questions may be answered. The others say nothing of the size. */
const splittable = new Set([2, 3, 4])

/**
 * `cuts` remembers from poll to poll where blocks end that were refused. Throws what `ask` throws but exceptions of the unit itself:
 * those lose their own registers.
 */
export async function readItems(
  ask: Ask,
  items: readonly Item[],
  cuts: Set<string>,
  limits: PlanLimits,
): Promise<ItemsRead> {
  const told: { block: Block; data: Buffer }[] = []
  const refusals = new Map<string, string>()
  const read = async (block: Block): Promise<void> => {
    try {
      told.push({ block, data: await ask(readRequest(block.table, block.address, block.count)) })
    } catch (error) {
      if (!(error instanceof ModbusException) || error.isSilence) throw error
      if (block.registers.length > 1 && splittable.has(error.exception)) {
        for (const id of cutsOf(block)) cuts.add(id)
        for (const part of planBlocks(block.registers, cuts, limits)) await read(part)
      } else for (const { id } of block.registers) refusals.set(id, error.message)
    }
  }
  const registers = items.map((it) => it.register)
  for (const block of planBlocks<Span>([...registers, ...exponentsOf(registers)], cuts, limits)) await read(block)
  return decoded(items, told, refusals)
}

function exponentsOf(registers: readonly Readable[]): Span[] {
  const found = new Map<string, Span>()
  for (const { table, scaleRegister } of registers) {
    const id = exponentId(table, scaleRegister)
    if (id !== null && scaleRegister !== undefined) found.set(id, { id, table, address: scaleRegister, format: 's16' })
  }
  return [...found.values()]
}

/** No id of a register begins so. */
function exponentId(table: string, address: number | undefined): string | null {
  return address === undefined ? null : `^${table}.${address}`
}

function decoded(
  items: readonly Item[],
  told: readonly { block: Block; data: Buffer }[],
  refusals: ReadonlyMap<string, string>,
): ItemsRead {
  const place = new Map(told.flatMap((it) => it.block.registers.map(({ id }) => [id, it] as const)))
  const read: ItemsRead = { values: {}, errors: [], refused: new Set() }
  for (const { register } of items) {
    const at = place.get(register.id)
    if (at === undefined) {
      read.values[register.id] = null
      read.refused.add(register.id)
      read.errors.push({ point: register.id, message: refusals.get(register.id) ?? 'it was not told' })
      continue
    }
    const key = exponentId(register.table, register.scaleRegister)
    const source = key === null ? undefined : place.get(key)
    const exponent =
      source === undefined || register.scaleRegister === undefined
        ? null
        : exponentOf(source.block, source.data, register.scaleRegister)
    const value = decodeRegister(register, at.block, at.data, exponent ?? 0)
    // A count of nothing without a power of ten is one that the device does not keep.
    read.values[register.id] = key !== null && exponent === null && value === 0 ? null : value
  }
  return read
}
