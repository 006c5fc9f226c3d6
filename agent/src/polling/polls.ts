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
  /** The device says that something changed: reads the line at once, and at most once in a while. */
  soon(line: Line): void
  forget(device: string): void
  runDue(): void
  /** Reads one line now. Throws StewardError. */
  pollNow(line: Line): Promise<Reading>
  nextDueAt(): number | null
}

/** One question of a poll may take this long; all of it, learning included. */
const pollLimits = { timeoutMs: 3000, budgetMs: 60_000 }

/** A device whose values never rest is read as often by its own word. */
const newsPauseMs = 3000

const none: readonly Waiting[] = []

type Waiting = { resolve(reading: Reading): void; reject(error: StewardError): void }

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
  const agenda = createAgenda<Line>()
  /** Lines under way, with those who wait for this very poll. */
  const underWay = new Map<Line, Waiting[] | null>()
  /** Lines with news: when they were read for it last, and whether there is more that came while they were read. */
  const news = new WeakMap<Line, { atMs: number; isMore: boolean }>()

  const settle = (line: Line, how: 'answered' | 'refused' | 'silent'): void => {
    line.failures = how === 'silent' ? line.failures + 1 : 0
    line.refusals = how === 'refused' ? line.refusals + 1 : how === 'answered' ? 0 : line.refusals
    line.isTried = true
    line.hasWorked ||= how === 'answered'
    const next = nextAt(line, how)
    line.refusedUntilMs = how === 'refused' ? next : 0
    agenda.set(line, next)
    if (news.get(line)?.isMore === true) planForNews(line)
  }

  const planForNews = (line: Line): void => {
    const now = use.clock.monotonicMs()
    const before = news.get(line)
    const atMs = Math.max(now, before === undefined ? now : before.atMs + newsPauseMs, line.refusedUntilMs)
    news.set(line, { atMs, isMore: false })
    agenda.set(line, Math.min(atMs, agenda.dueAt(line) ?? atMs))
  }

  const soon = (line: Line): void => {
    const before = news.get(line)
    if (underWay.has(line)) news.set(line, { atMs: before?.atMs ?? use.clock.monotonicMs(), isMore: true })
    // One that is planned for already will see this as well.
    else if (line.isOpen && (before === undefined || agenda.dueAt(line) !== before.atMs)) planForNews(line)
  }

  const nextAt = (line: Line, how: 'answered' | 'refused' | 'silent'): number => {
    const now = use.clock.monotonicMs()
    const interval = use.intervalMs()
    if (how === 'answered') return nextTurn(line.turn, now, interval)
    return (
      now + (how === 'refused' ? refusalBackOffMs(line.refusals, interval) : silenceBackOffMs(line.failures, interval))
    )
  }

  /** Nobody waits for it any more, and the next at this address may begin. */
  const end = (line: Line): readonly Waiting[] => {
    const waiting = underWay.get(line) ?? none
    underWay.delete(line)
    use.gate.leave(jobOf(line))
    return waiting
  }

  const answered = (line: Line, reading: Reading): void => {
    if (line.isOpen) {
      settle(line, 'answered')
      use.read(line, reading)
    } else agenda.delete(line)
    for (const it of end(line)) it.resolve(reading)
  }

  const failed = (line: Line, error: unknown): void => {
    const known = isStewardError(error)
      ? error
      : new StewardError('system/internal', messageOf(error), { cause: error })
    if (line.isOpen) {
      const isRefusal = known.code === 'driver/refused-credentials' || known.code === 'driver/no-secret'
      settle(line, isRefusal ? 'refused' : 'silent')
      use.failed(line, known)
    } else agenda.delete(line)
    for (const it of end(line)) it.reject(known)
  }

  /** Made once for each line: thousands of them are read over and over. */
  const jobOf = (line: Line): NonNullable<Line['job']> => {
    line.job ??= {
      ...{ key: line.address, startedAtMs: 0 },
      start: () => use.questions.begin(pollLimits, jobOf(line)),
      ask: (limits) => line.session.poll(limits),
      done: (reading) => answered(line, reading),
      failed: (error) => failed(line, error),
    }
    return line.job
  }

  const start = (line: Line, waiting: Waiting | null): void => {
    const others = underWay.get(line)
    if (waiting !== null) underWay.set(line, [...(others ?? []), waiting])
    else if (others === undefined) underWay.set(line, null)
    if (others === undefined) use.gate.enter(jobOf(line))
  }

  return {
    plan(device, atMs) {
      for (const line of use.linesOf(device)) {
        line.failures = 0
        agenda.set(line, Math.max(atMs, line.refusedUntilMs))
      }
    },
    soon,
    isPlanned: (device) => use.linesOf(device).some((it) => agenda.dueAt(it) !== undefined || underWay.has(it)),
    forget(device) {
      for (const line of use.linesOf(device)) agenda.delete(line)
    },
    runDue() {
      // The connections of a device are first read in their order: later ones are named after earlier ones.
      for (const line of agenda.takeDue(use.clock.monotonicMs()).sort((a, b) => a.index - b.index)) {
        // A device that is down is not read; when it is up again it is planned anew.
        if (!line.isOpen) agenda.delete(line)
        else if (!use.isDown(line.device)) start(line, null)
      }
    },
    pollNow: (line) => new Promise((resolve, reject) => start(line, { resolve, reject })),
    nextDueAt: () => agenda.nextDueAt(),
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
