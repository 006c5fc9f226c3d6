/** One unit at one endpoint: its registers read in blocks, exceptions told from silence. */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { ConnectionOf, Identity } from '@steward/shared/model'
import type { DriverSession, LearnedPoint, Limits, Reading, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { decodeRegister } from './decode.ts'
import type { Endpoint } from './endpoint.ts'
import { ModbusException, readRequest } from './frame.ts'
import { identityOf, readIdentification } from './identify.ts'
import { type Block, planBlocks, type Register, widthOf } from './read-plan.ts'

export function openModbusSession(
  endpoint: Endpoint,
  { connection }: Target<ConnectionOf<'modbus'>>,
  release: () => void,
): DriverSession {
  const { unit, registers } = connection
  const alone = new Set<string>()
  let identity: Identity | null = null
  let isIdentified = false

  const failure = (error: unknown): unknown => {
    if (!(error instanceof ModbusException)) return error
    const code = error.isSilence ? 'driver/timeout' : 'driver/protocol'
    return new StewardError(code, `${endpoint.where} unit ${unit}: ${error.message}`, { cause: error })
  }

  /**
   * Whatever the unit answers meanwhile answers the check as well: behind the reads of a poll a slow unit would else be called
   * silent while it is talking.
   */
  const askOne = async (register: Register, limits: Limits): Promise<void> => {
    const turn = new AbortController()
    const giveUp = (): void => turn.abort()
    let isHeard = false
    const stopListening = endpoint.onAnswer(unit, () => {
      isHeard = true
      giveUp()
    })
    limits.signal.addEventListener('abort', giveUp, { once: true })
    if (limits.signal.aborted) giveUp()
    try {
      const question = readRequest(register.table, register.address, widthOf(register))
      await endpoint.ask(unit, question, { ...limits, signal: turn.signal }, true)
    } catch (error) {
      if (isHeard) return
      // An exception is an answer, unless a gateway gives it in place of the unit.
      if (!(error instanceof ModbusException) || error.isSilence) throw failure(error)
    } finally {
      stopListening()
      limits.signal.removeEventListener('abort', giveUp)
    }
  }

  const identify = async (limits: Limits): Promise<Identity | null> => {
    const found = new Map<number, string>()
    try {
      await readIdentification(endpoint, unit, limits, (id, text) => found.set(id, text))
    } catch (error) {
      // Most devices do not know this function, and some say nothing to it: that is no failure of the poll.
      if (!(error instanceof ModbusException) && !isStewardError(error)) throw error
    }
    return identityOf(found)
  }

  const readBlock = async (block: Block, limits: Limits, into: Reading): Promise<void> => {
    try {
      const data = await endpoint.ask(unit, readRequest(block.table, block.address, block.count), limits)
      for (const register of block.registers) into.values[register.id] = decodeRegister(register, block, data)
    } catch (error) {
      if (!(error instanceof ModbusException) || error.isSilence) throw failure(error)
      if (block.registers.length > 1) {
        for (const register of block.registers) alone.add(register.id)
        for (const single of planBlocks(block.registers, alone)) await readBlock(single, limits, into)
        return
      }
      for (const register of block.registers) {
        into.values[register.id] = null
        into.errors.push({ point: register.id, message: error.message })
      }
    }
  }

  return {
    check: (limits) =>
      checkOutcomeOf(async () => {
        const [first] = registers
        await (first === undefined ? endpoint.reach(limits) : askOne(first, limits))
      }),
    async poll(limits) {
      const reading: Reading = { values: {}, errors: [] }
      for (const block of planBlocks(registers, alone)) await readBlock(block, limits, reading)
      if (registers.length === 0) await endpoint.reach(limits)
      if (!isIdentified) {
        identity = await identify(limits)
        reading.points = registers.map(pointOf)
        if (identity !== null) reading.identity = identity
        isIdentified = true
      }
      return reading
    },
    close: release,
  }
}

function pointOf(register: Register): LearnedPoint {
  return {
    id: register.id,
    class: register.class,
    instance: '',
    name: register.name,
    unit: register.unit,
    ...(register.states === undefined ? {} : { states: [...new Set(Object.values(register.states))] }),
    source: `${register.table} ${register.address} ${register.format}`,
  }
}
