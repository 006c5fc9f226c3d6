/** One unit at one endpoint: what it is, and its registers read in blocks; exceptions told from silence. */
import { StewardError } from '@steward/shared/errors'
import type { ConnectionOf } from '@steward/shared/model'
import type { DriverSession, Limits, Reading, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import type { Endpoint } from './endpoint.ts'
import type { Register } from './formats.ts'
import { ModbusException, readRequest } from './frame.ts'
import { itemOf, type Learned, learnUnit } from './learn.ts'
import type { ModbusProfiles } from './profiles/load.ts'
import { type Item, type ItemsRead, readItems } from './read-items.ts'
import { widthOf } from './read-plan.ts'

/** What a device is may change: a module is added, one that slept wakes up. */
const learnEveryMs = 3_600_000

export function openModbusSession(
  endpoint: Endpoint,
  { connection }: Target<ConnectionOf<'modbus'>>,
  profiles: ModbusProfiles,
  release: () => void,
): DriverSession {
  const { unit, registers } = connection
  const cuts = new Set<string>()
  let known: { at: number; learned: Learned } | null = null

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

  /** The first reading says which points of a family the unit has. */
  const learn = async (limits: Limits): Promise<{ learned: Learned; read: ItemsRead }> => {
    const ask = (pdu: Buffer): Promise<Buffer> => endpoint.ask(unit, pdu, limits)
    if (registers.length > 0) {
      // Values first: who it is says the least, and asking for that may take a silent device's whole time.
      const read = await readItems(ask, registers.map(itemOf), cuts, connection)
      return { learned: await learnUnit(ask, connection, profiles), read }
    }
    const learned = await learnUnit(ask, connection, profiles)
    const read = await readItems(ask, learned.items, cuts, learned.limits)
    if (!learned.isFamily) return { learned, read }
    const before = new Set(known?.learned.items.map((it) => it.register.id))
    return { learned: { ...learned, items: learned.items.filter((it) => isThere(it, read, before)) }, read }
  }

  return {
    check: (limits) =>
      checkOutcomeOf(async () => {
        const first = registers[0] ?? known?.learned.items[0]?.register
        await (first === undefined ? endpoint.reach(limits) : askOne(first, limits))
      }),
    async poll(limits) {
      try {
        const isFresh = known !== null && performance.now() - known.at < learnEveryMs
        if (known !== null && (isFresh || registers.length > 0)) {
          const { items, limits: plan } = known.learned
          if (items.length === 0) await endpoint.reach(limits)
          return readingOf(known.learned, await readItems((pdu) => endpoint.ask(unit, pdu, limits), items, cuts, plan))
        }
        const { learned, read } = await learn(limits)
        if (learned.items.length === 0 && (known?.learned.items.length ?? 0) > 0) return readingOf(learned, read)
        known = { at: performance.now(), learned }
        return { ...readingOf(learned, read), ...newsOf(learned) }
      } catch (error) {
        throw failure(error)
      }
    },
    close: release,
  }
}

/** What it had once it has still, though it may not tell it at night. */
function isThere({ register: { id } }: Item, { refused, values }: ItemsRead, before: ReadonlySet<string>): boolean {
  return before.has(id) || (!refused.has(id) && values[id] !== null)
}

function readingOf({ items }: Learned, read: ItemsRead): Reading {
  const ids = new Set(items.map((it) => it.register.id))
  const values = Object.fromEntries(items.map(({ register: { id } }) => [id, read.values[id] ?? null]))
  return { values, errors: read.errors.filter((it) => ids.has(it.point)) }
}

function newsOf({ items, identity, profile, kind }: Learned): Pick<Reading, 'points' | 'identity' | 'findings'> {
  return {
    points: items.map((it) => it.point),
    ...(identity === null ? {} : { identity }),
    ...(profile === undefined
      ? {}
      : { findings: { profile, ...(kind === undefined ? {} : { kind }), ports: [], neighbours: [] } }),
  }
}
