/** Read Device Identification and Report Server ID (Application Protocol V1.1b3, sections 6.21 and 6.13): who a unit is. */
import { isStewardError } from '@steward/shared/errors'
import type { Identity } from '@steward/shared/model'
import {
  type Identification,
  identificationAccess,
  identificationOf,
  identificationRequest,
  ModbusException,
  serverIdOf,
  serverIdRequest,
} from './frame.ts'
import type { Ask } from './read-items.ts'

/** Objects: vendor name, product code, revision, address of the vendor, product name, model name, name that users gave. */
const objects = { vendor: 0, product: 1, revision: 2, productName: 4, modelName: 5, userName: 6 }
const maxAnswers = 12
/** Conformity: the lower bits tell the widest category, the highest that objects may be asked for alone. */
const [categories, alone] = [0x7f, 0x80]

/** Throws ModbusException where the unit does not know the function, StewardError where it does not answer. */
export async function readIdentification(
  ask: Ask,
  told: (id: number, text: string) => void,
): Promise<Pick<Identification, 'conformity'>> {
  return readCategory(ask, identificationAccess.basic, 0, told)
}

async function readCategory(
  ask: Ask,
  access: number,
  from: number,
  told: (id: number, text: string) => void,
): Promise<Pick<Identification, 'conformity'>> {
  let next: number | null = from
  let conformity = 0
  const seen = new Set<number>()
  for (let answers = 0; next !== null && !seen.has(next) && answers < maxAnswers; answers += 1) {
    seen.add(next)
    const part: Identification = identificationOf(await ask(identificationRequest(next, access)))
    for (const [id, text] of part.objects) told(id, text)
    conformity = part.conformity
    next = part.next
  }
  return { conformity }
}

/** Whatever the unit tells of itself by these functions; most know none of them, and that is no failure. */
export async function readWhoItIs(ask: Ask): Promise<{ objects: Map<number, string>; serverId: string }> {
  const found = new Map<number, string>()
  const tell = (id: number, text: string): void => void found.set(id, text)
  const basic = await ifAnswered(() => readIdentification(ask, tell))
  if (basic !== null && (basic.conformity & categories) >= identificationAccess.regular)
    await ifAnswered(() => readCategory(ask, identificationAccess.regular, 0, tell))
  if (basic !== null && !found.has(objects.modelName) && (basic.conformity & alone) !== 0)
    await ifAnswered(() => readCategory(ask, identificationAccess.individual, objects.modelName, tell))
  const serverId = found.size > 0 ? null : await ifAnswered(async () => serverIdOf(await ask(serverIdRequest)))
  return { objects: found, serverId: serverId ?? '' }
}

async function ifAnswered<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    // Some say nothing at all to a function that they do not know.
    if (error instanceof ModbusException || isStewardError(error)) return null
    throw error
  }
}

export function identityOf(found: ReadonlyMap<number, string>): Identity | null {
  const vendor = found.get(objects.vendor)
  const model = found.get(objects.modelName) || found.get(objects.productName) || found.get(objects.product)
  const firmware = found.get(objects.revision)
  const name = found.get(objects.userName)
  if (found.size === 0) return null
  return {
    ...(vendor ? { vendor } : {}),
    ...(model ? { model } : {}),
    ...(firmware ? { firmware } : {}),
    ...(name ? { name } : {}),
  }
}
