/** SunSpec models of a unit (SunSpec Device Information Model, section 3.2): the mark, then one model behind the other. */
import type { Identity } from '@steward/shared/model'
import { textIn } from '../formats.ts'
import { ModbusException, readRequest } from '../frame.ts'
import type { Ask } from '../read-items.ts'

/** `at`: address of the model's id; `length`: registers behind id and length. */
export type ModelAt = { id: number; at: number; length: number }

const mark = Buffer.from('SunS')
/** Where the standard lets the map begin. */
const bases = [40_000, 50_000, 0]
const endId = 0xffff
const maxModels = 100
const headWords = 2
const addresses = 0x1_0000

/** Null where no map begins. Throws what `ask` throws but exceptions of the unit. */
export async function findModels(ask: Ask): Promise<ModelAt[] | null> {
  for (const base of bases) {
    const head = await holding(ask, base, headWords)
    if (head?.equals(mark) === true) return walk(ask, base + headWords)
  }
  return null
}

async function walk(ask: Ask, from: number): Promise<ModelAt[]> {
  const found: ModelAt[] = []
  let at = from
  while (found.length < maxModels && at + headWords < addresses) {
    const head = await holding(ask, at, headWords)
    const id = head?.readUInt16BE(0) ?? endId
    const length = head?.readUInt16BE(2) ?? 0
    if (id === endId) break
    found.push({ id, at, length })
    at += headWords + length
  }
  return found
}

/** Null where the unit has no such registers. */
async function holding(ask: Ask, address: number, count: number): Promise<Buffer | null> {
  try {
    return await ask(readRequest('holding', address, count))
  } catch (error) {
    if (error instanceof ModbusException && !error.isSilence) return null
    throw error
  }
}

/** Model 1: offsets in registers from its id, and lengths. */
const common = { vendor: [2, 16], model: [18, 16], firmware: [42, 8], serial: [50, 16] } as const
const commonId = 1
const commonWords = 66

/** What the common model says; a gateway may have several, of which the first is the device itself. */
export async function commonIdentity(ask: Ask, models: readonly ModelAt[]): Promise<Identity> {
  const model = models.find((it) => it.id === commonId)
  if (model === undefined) return {}
  const data = await holding(ask, model.at, Math.min(commonWords, headWords + model.length))
  if (data === null) return {}
  const told = Object.entries(common).flatMap(([field, [at, words]]) => {
    const text = textIn(data.subarray(at * 2, (at + words) * 2))
    return text === null ? [] : [[field, text] as const]
  })
  return Object.fromEntries(told)
}

/** How often a group says that it repeats; null where that cannot be read. */
export async function countAt(ask: Ask, address: number): Promise<number | null> {
  const count = (await holding(ask, address, 1))?.readUInt16BE(0) ?? null
  return count === null || count === endId ? null : count
}
