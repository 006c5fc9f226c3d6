/** Reads the points of every device on schedule, less often where a device does not answer or refuses. */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Reading } from '../drivers/index.ts'
import { createAgenda } from './agenda.ts'
import { refusalBackOffMs, silenceBackOffMs } from './back-off.ts'
import type { Clock } from './contract.ts'
import type { Gate } from './gate.ts'
import type { Line } from './lines.ts'
import type { Questions } from './questions.ts'
import { nextTurn } from './spread.ts'

export type Polls = {
  /** Puts all connections of a device on the agenda at this monotonic time (ms), or when a refusal's back-off is over. */
  plan(device: string, atMs: number): void
  isPlanned(device: string): boolean
  forget(device: string): void
  runDue(): void
  /** Reads one line now. Throws StewardError. */
  pollNow(line: Line): Promise<Reading>
  nextDueAt(): number | null
}

/** One question of a poll may take this long. */
const questionMs = 3000
/** All of it, learning included. */
const pollMs = 60_000

export function createPolls(use: {
  clock: Clock
  gate: Gate
  questions: Questions
  intervalMs: () => number
  linesOf: (device: string) => readonly Line[]
  isDown: (device: string) => boolean
  read: (line: Line, reading: Reading) => void
  failed: (line: Line, error: StewardError) => void
}): Polls {
  const agenda = createAgenda()
  const underWay = new Map<Line, Promise<Reading>>()

  const poll = (line: Line): Promise<Reading> =>
    use.gate.run(line.address, async () => {
      try {
        const reading = await use.questions.run(pollMs, (signal) =>
          line.session.poll({ timeoutMs: questionMs, signal }),
        )
        if (isCurrent(line)) settle(line, () => use.read(line, reading), 'answered')
        return reading
      } catch (error) {
        const known = isStewardError(error)
          ? error
          : new StewardError('system/internal', messageOf(error), { cause: error })
        const isRefusal = known.code === 'driver/refused-credentials' || known.code === 'driver/no-secret'
        if (isCurrent(line)) settle(line, () => use.failed(line, known), isRefusal ? 'refused' : 'silent')
        throw known
      }
    })

  const isCurrent = (line: Line): boolean => use.linesOf(line.device)[line.index] === line

  const settle = (line: Line, tell: () => void, how: 'answered' | 'refused' | 'silent'): void => {
    line.failures = how === 'silent' ? line.failures + 1 : 0
    line.refusals = how === 'refused' ? line.refusals + 1 : how === 'answered' ? 0 : line.refusals
    line.isTried = true
    line.hasWorked ||= how === 'answered'
    const next = nextAt(line, how)
    line.refusedUntilMs = how === 'refused' ? next : 0
    agenda.set(nameOf(line), next)
    tell()
  }

  const nextAt = (line: Line, how: 'answered' | 'refused' | 'silent'): number => {
    const now = use.clock.monotonicMs()
    const interval = use.intervalMs()
    if (how === 'answered') return nextTurn(nameOf(line), now, interval)
    return (
      now + (how === 'refused' ? refusalBackOffMs(line.refusals, interval) : silenceBackOffMs(line.failures, interval))
    )
  }

  const start = (line: Line): Promise<Reading> => {
    const running = underWay.get(line)
    if (running !== undefined) return running
    const fresh = poll(line).finally(() => underWay.delete(line))
    underWay.set(line, fresh)
    return fresh
  }

  return {
    plan(device, atMs) {
      for (const line of use.linesOf(device)) {
        line.failures = 0
        agenda.set(nameOf(line), Math.max(atMs, line.refusedUntilMs))
      }
    },
    isPlanned: (device) => use.linesOf(device).some((it) => agenda.dueAt(nameOf(it)) !== undefined || underWay.has(it)),
    forget(device) {
      for (const line of use.linesOf(device)) agenda.delete(nameOf(line))
    },
    runDue() {
      // Sorted, so that the connections of a device are first read in their order: later ones are named after earlier ones.
      for (const name of agenda.takeDue(use.clock.monotonicMs()).sort()) {
        const [device = '', index] = name.split('#')
        const line = use.linesOf(device)[Number(index)]
        // A device that is down is not read; when it is up again it is planned anew.
        if (line === undefined || use.isDown(device)) continue
        // Told already by `failed`; nobody waits for this poll.
        start(line).catch(() => undefined)
      }
    },
    pollNow: start,
    nextDueAt: () => agenda.nextDueAt(),
  }
}

function nameOf(line: Line): string {
  return `${line.device}#${line.index}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
