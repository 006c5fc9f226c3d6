/** One target over time: learned at the first poll and again now and then, in between only read. */
import { StewardError } from '@steward/shared/errors'
import type { ConnectionOf } from '@steward/shared/model'
import type { DriverSession, Limits, Reading, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { placeOf } from '../tcp-connect.ts'
import { createAsk } from './ask.ts'
import type { SnmpEngine } from './engine/index.ts'
import { learnTarget, type Plan } from './learn/index.ts'
import { checkPresence, explained, sysUpTime } from './presence.ts'
import type { Profile } from './profiles/profile.ts'
import { hasRestarted } from './read/counter-rate.ts'
import { createReader, type Reader } from './read/reader.ts'
import { snmpTargetOf } from './target.ts'

const relearnAfterMs = 60 * 60_000
/** When rows have vanished, but not more often than this. */
const relearnAtOnceAfterMs = 5 * 60_000

type Uptime = { ticks: number; atMs: number }
type Known = { plan: Plan; oids: readonly string[]; reader: Reader; learnedAtMs: number; rowsLost: boolean }

export function openSnmpSession(
  engine: SnmpEngine,
  profiles: readonly Profile[],
  of: Target<ConnectionOf<'snmp'>>,
): DriverSession {
  const target = snmpTargetOf(of)
  let known: Known | null = null
  let uptime: Uptime | null = null

  const isStale = (it: Known): boolean => {
    const age = performance.now() - it.learnedAtMs
    return age > relearnAfterMs || (it.rowsLost && age > relearnAtOnceAfterMs)
  }

  const learn = async (limits: Limits) => {
    const { identity, plan } = await learnTarget(createAsk(engine, target, limits), profiles)
    const oids = [sysUpTime, ...plan.reads.map((it) => it.oid)]
    const reader = createReader(plan, known?.reader)
    const now = { plan, oids, reader, learnedAtMs: performance.now(), rowsLost: false }
    known = now
    return { now, learned: { identity, points: plan.points, findings: plan.findings } }
  }

  const read = async (limits: Limits): Promise<Reading> => {
    const fresh = known === null || isStale(known) ? await learn(limits) : null
    const now = fresh?.now ?? known
    if (now === null) throw new StewardError('system/internal', 'nothing was learned')
    const found = await createAsk(engine, target, limits).get(now.oids)
    const atMs = performance.now()
    const ticks = found.get(sysUpTime)
    const before = uptime
    uptime = ticks?.type === 'timeticks' ? { ticks: ticks.value, atMs } : null
    const wasReset = before !== null && uptime !== null && hasRestarted(before.ticks, uptime.ticks, atMs - before.atMs)
    const { values, errors } = now.reader.read(found, atMs, wasReset)
    now.rowsLost ||= errors.length > 0
    // After a restart rows may have moved to other indexes.
    if (wasReset) now.learnedAtMs = Number.NEGATIVE_INFINITY
    return { ...fresh?.learned, values: { ...now.plan.fixed, ...values }, errors: [...now.plan.errors, ...errors] }
  }

  return {
    check: (limits) => checkOutcomeOf(() => checkPresence(engine, target, of.secret !== null, limits)),

    async poll(limits) {
      if (target.version === 'v3' && of.secret === null) {
        const where = placeOf(target.address, target.port)
        throw new StewardError('driver/no-secret', `${where} is read by SNMPv3; set its pass phrases at the agent`)
      }
      try {
        return await read(limits)
      } catch (error) {
        throw await explained(error, engine, target, limits)
      }
    },

    close: () => {
      known = null
    },
  }
}
