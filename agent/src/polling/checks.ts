/** Asks every device the cheapest question of its protocol, again and again, and gives what was seen to the judge. */
import { isStewardError } from '@steward/shared/errors'
import type { CheckOutcome } from '../drivers/index.ts'
import { createAgenda } from './agenda.ts'
import type { Clock } from './contract.ts'
import type { Gate } from './gate.ts'
import type { CheckSeen } from './judge.ts'
import type { Line } from './lines.ts'
import type { Questions } from './questions.ts'

export type Checks = {
  /** Puts a device on the agenda at this monotonic time, ms. */
  plan(device: string, atMs: number): void
  isPlanned(device: string): boolean
  forget(device: string): void
  /** Starts what is due. */
  runDue(): void
  /** Checks now; joins the check that is under way, if one is. Null for a device that has no connection. */
  checkNow(device: string): Promise<CheckOutcome | null>
  nextDueAt(): number | null
}

/** The driver ends a check in time; this much later it is ended for it. */
const graceMs = 250

export function createChecks(use: {
  clock: Clock
  gate: Gate
  questions: Questions
  timeoutMs: () => number
  /** the line over which a device is checked */
  lineOf: (device: string) => Line | undefined
  /** Whether a failure that started then says nothing (the machine slept). */
  isDoubtful: (startedAtMs: number) => boolean
  /** Takes what was seen; gives when the device is due again, and who else is to be checked at once. */
  seen: (line: Line, check: CheckSeen, outcome: CheckOutcome) => { checkNow: string[]; nextCheckAtMs: number }
}): Checks {
  const agenda = createAgenda<string>()
  const underWay = new Map<string, Promise<CheckOutcome | null>>()

  const ask = async (line: Line): Promise<CheckOutcome> => {
    const timeoutMs = use.timeoutMs()
    const started = use.clock.monotonicMs()
    try {
      return await use.questions.run({ timeoutMs, budgetMs: timeoutMs + graceMs }, (limits) =>
        line.session.check(limits),
      )
    } catch (error) {
      const tookMs = use.clock.monotonicMs() - started
      const code = isStewardError(error) ? error.code : 'system/internal'
      return { ok: false, tookMs, code, message: error instanceof Error ? error.message : String(error) }
    }
  }

  const check = async (device: string): Promise<CheckOutcome | null> => {
    const line = use.lineOf(device)
    if (line === undefined) return null
    return use.gate.run(device, async () => {
      const startedAtMs = use.clock.monotonicMs()
      const outcome = await ask(line)
      // The device was configured anew meanwhile: what the old connection saw says nothing about the new one.
      if (use.lineOf(device) !== line) return outcome
      if (!outcome.ok && use.isDoubtful(startedAtMs)) {
        agenda.set(device, use.clock.monotonicMs() + 1000)
        return outcome
      }
      const failure = outcome.ok ? null : { code: outcome.code, message: outcome.message }
      const next = use.seen(line, { startedAtMs, atMs: use.clock.monotonicMs(), failure }, outcome)
      agenda.set(device, next.nextCheckAtMs)
      for (const other of next.checkNow) void start(other)
      return outcome
    })
  }

  const start = (device: string): Promise<CheckOutcome | null> => {
    const running = underWay.get(device)
    if (running !== undefined) return running
    agenda.delete(device)
    const fresh = check(device).finally(() => underWay.delete(device))
    underWay.set(device, fresh)
    return fresh
  }

  return {
    plan: (device, atMs) => agenda.set(device, atMs),
    isPlanned: (device) => agenda.dueAt(device) !== undefined || underWay.has(device),
    forget: (device) => agenda.delete(device),
    runDue() {
      for (const device of agenda.takeDue(use.clock.monotonicMs())) void start(device)
    },
    checkNow: start,
    nextDueAt: () => agenda.nextDueAt(),
  }
}
