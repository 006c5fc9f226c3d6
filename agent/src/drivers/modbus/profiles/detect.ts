/** Which family a unit is of: by what it tells of itself, else by registers that hold what only that family holds there. */
import type { Identity, PointValue } from '@steward/shared/model'
import type { Register } from '../formats.ts'
import { registerAt } from './items.ts'
import type { ModbusProfile } from './load.ts'
import type { Detect, Family, Sign, Source } from './schema.ts'

/** What functions 43/14 and 17 told. */
export type SelfTold = { objects: ReadonlyMap<number, string>; serverId: string }
/** The value of one register; null where it is refused or says nothing. */
export type ReadOne = (register: Register) => Promise<PointValue>

const objectIds = { vendor: 0, product: 1, revision: 2, name: 4, model: 5 } as const

/** Ways that need no question are tried first, guesses last. */
export async function familyOf(
  families: readonly ModbusProfile[],
  told: SelfTold,
  readOne: ReadOne,
): Promise<ModbusProfile | null> {
  const ways = families.flatMap((family) => family.detect.map((detect) => ({ family, detect })))
  const rank = ({ detect }: { detect: Detect }): number =>
    detect.guess ? 2 : detect.identification === undefined && detect.server_id === undefined ? 1 : 0
  for (const { family, detect } of ways.sort((a, b) => rank(a) - rank(b)))
    if (isTold(detect, told) && (await isSigned(detect, family, readOne))) return family
  return null
}

function isTold({ identification, server_id: serverId }: Detect, told: SelfTold): boolean {
  if (serverId !== undefined && !serverId.test(told.serverId)) return false
  return Object.entries(objectIds).every(([field, id]) => {
    const pattern = Object.entries(identification ?? {}).find(([name]) => name === field)?.[1]
    return pattern === undefined || pattern.test(told.objects.get(id) ?? '')
  })
}

async function isSigned({ registers = [] }: Detect, { defaults }: Family, readOne: ReadOne): Promise<boolean> {
  for (const sign of registers) {
    const value = await readOne(registerAt(`sign.${sign.at}`, sign, defaults))
    if (!holds(sign, value)) return false
  }
  return true
}

function holds({ equals, between, match }: Sign, value: PointValue): boolean {
  if (value === null) return false
  if (equals !== undefined && !(typeof value === 'number' && equals.includes(value))) return false
  if (between !== undefined && !(typeof value === 'number' && value >= between[0] && value <= between[1])) return false
  return match === undefined || match.test(String(value))
}

/** What the family says of itself, and what its registers tell. */
export async function identityBy({ identity, defaults }: Family, readOne: ReadOne): Promise<Identity> {
  const told: [string, string][] = []
  for (const [field, source] of Object.entries(identity)) {
    const text = source === undefined ? null : await textOf(source, defaults, readOne)
    if (text !== null && text !== '') told.push([field, text])
  }
  return Object.fromEntries(told)
}

async function textOf(source: Source, defaults: Family['defaults'], readOne: ReadOne): Promise<string | null> {
  if (typeof source === 'string') return source
  const value = await readOne(registerAt(`identity.${source.at}`, source, defaults))
  if (value === null) return null
  if (source.states !== undefined) return source.states[String(value)] ?? null
  const found = source.match === undefined ? [String(value)] : source.match.exec(String(value))
  const text = found?.[1] ?? found?.[0]
  return text === undefined ? null : `${source.prefix}${text}`.slice(0, 200)
}
