/** What a unit is and what can be read of it: by its configured registers, by SunSpec, or by a device profile. */
import { isStewardError } from '@steward/shared/errors'
import type { ConnectionOf, DeviceKind, Identity, PointValue } from '@steward/shared/model'
import { decodeRegister } from './decode.ts'
import type { Register } from './formats.ts'
import { ModbusException, readRequest } from './frame.ts'
import { identityOf, readWhoItIs } from './identify.ts'
import { familyOf, identityBy, type SelfTold } from './profiles/detect.ts'
import { itemsOf, sourceOf } from './profiles/items.ts'
import type { ModbusProfile, ModbusProfiles } from './profiles/load.ts'
import type { Ask, Item } from './read-items.ts'
import { type PlanLimits, widthOf } from './read-plan.ts'
import { sunSpecItems } from './sunspec/items.ts'
import { commonIdentity, findModels } from './sunspec/walk.ts'

export type Learned = {
  items: Item[]
  identity: Identity | null
  profile?: string
  kind?: DeviceKind | undefined
  limits: PlanLimits
  /** what it refuses or does not have is no point: the description is of a family, not of this unit */
  isFamily: boolean
}

/** So many questions of the search may stay unanswered before the unit counts as silent. */
const silencesAllowed = 4

/** Throws StewardError `driver/timeout` for a unit that answers nothing at all. */
export async function learnUnit(
  ask: Ask,
  connection: ConnectionOf<'modbus'>,
  { families, models }: ModbusProfiles,
): Promise<Learned> {
  const { registers, profile: wanted } = connection
  const patient = patientAsk(ask)
  const told = await readWhoItIs(patient)
  const own = identityOf(told.objects)
  if (registers.length > 0 || wanted === 'none')
    return { items: registers.map(itemOf), identity: own, limits: connection, isFamily: false }
  const named = families.find((it) => it.name === wanted)
  const learned =
    named === undefined
      ? ((await bySunSpec(patient, models)) ?? (await byFamily(patient, families, told)))
      : await ofFamily(named, patient)
  if (learned === null) {
    patient.complain()
    return { items: [], identity: own ?? serverIdentity(told), limits: connection, isFamily: true }
  }
  return { ...learned, limits: { ...learned.limits, ...asked(connection) }, identity: { ...own, ...learned.identity } }
}

function asked({ maxGap, maxRegisters, maxBits }: ConnectionOf<'modbus'>): PlanLimits {
  return {
    ...(maxGap === undefined ? {} : { maxGap }),
    ...(maxRegisters === undefined ? {} : { maxRegisters }),
    ...(maxBits === undefined ? {} : { maxBits }),
  }
}

/** Asks until nothing at all was answered for too long; then it throws what the last question ended with. */
function patientAsk(ask: Ask): Ask & { complain(): void } {
  let isHeard = false
  let silences = 0
  let last: unknown = null
  const patient = async (pdu: Buffer): Promise<Buffer> => {
    if (silences >= silencesAllowed) throw last
    try {
      const data = await ask(pdu)
      isHeard = true
      return data
    } catch (error) {
      const isSilent = isStewardError(error) || (error instanceof ModbusException && error.isSilence)
      if (!isSilent) isHeard = true
      else silences += 1
      last = error
      throw error
    }
  }
  return Object.assign(patient, {
    complain: () => {
      if (!isHeard && last !== null) throw last
    },
  })
}

function serverIdentity({ serverId }: SelfTold): Identity | null {
  return serverId === '' ? null : { model: serverId }
}

async function bySunSpec(ask: Ask, models: ModbusProfiles['models']): Promise<Learned | null> {
  if (models.size === 0) return null
  const found = await answered(() => findModels(ask))
  if (found === null || found.length === 0) return null
  const kind = found.map((it) => models.get(it.id)?.kind).find((it) => it !== undefined)
  const identity = await commonIdentity(ask, found)
  const items = await sunSpecItems(ask, found, models)
  return { items, identity, profile: 'sunspec', kind, limits: {}, isFamily: true }
}

/** A device that says nothing to a question may still answer the others. */
async function answered<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (isStewardError(error) || error instanceof ModbusException) return null
    throw error
  }
}

async function byFamily(ask: Ask, families: readonly ModbusProfile[], told: SelfTold): Promise<Learned | null> {
  const family = await familyOf(families, told, readerOf(ask))
  return family === null ? null : ofFamily(family, ask)
}

async function ofFamily(family: ModbusProfile, ask: Ask): Promise<Learned> {
  return {
    items: itemsOf(family),
    identity: await identityBy(family, readerOf(ask)),
    profile: family.name,
    kind: family.kind,
    limits: { maxGap: family.max_gap, maxRegisters: family.max_registers },
    isFamily: true,
  }
}

/** One register at a time, each asked for once. */
function readerOf(ask: Ask): (register: Register) => Promise<PointValue> {
  const told = new Map<string, Buffer | null>()
  return async (register) => {
    const count = widthOf(register)
    const key = `${register.table} ${register.address} ${count}`
    const known = told.get(key)
    const data =
      known === undefined ? await answered(() => ask(readRequest(register.table, register.address, count))) : known
    told.set(key, data)
    return data === null ? null : decodeRegister(register, { ...register, count, registers: [] }, data)
  }
}

/** A register as it was configured. */
export function itemOf(register: Register): Item {
  return {
    register,
    point: {
      id: register.id,
      class: register.class,
      instance: '',
      name: register.name,
      unit: register.unit,
      ...(register.states === undefined ? {} : { states: [...new Set(Object.values(register.states))] }),
      source: sourceOf(register),
    },
  }
}
