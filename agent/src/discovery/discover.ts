/** The search itself: every question to every address at an even pace, and whoever answers is asked who it is. */
import { setMaxListeners } from 'node:events'
import type { FoundDevice } from '@steward/shared/discovery'
import { isStewardError } from '@steward/shared/errors'
import type { Limits } from '../drivers/index.ts'
import type { AddressRange } from './addresses.ts'
import type { Finder, Finding, Question } from './contract.ts'
import { foundDevice } from './merge.ts'
import { createPacer, type Pacer, type PacerClock } from './pacer.ts'
import { createRoom, type Room } from './room.ts'

export type Progress = { asked: number; toAsk: number; found: number }

export type DiscoverOptions = {
  range: AddressRange
  /** asked again for each address, whatever the range says */
  mayDial(address: string): boolean
  finders: readonly Finder[]
  packetsPerSecond: number
  signal: AbortSignal
  clock: PacerClock
  /** the same address again when more was learned of it */
  onFound?(device: FoundDevice): void
  /** at most some times a second, and at the end */
  onProgress?(progress: Progress): void
}

export type Discovery = { devices: FoundDevice[]; ended: 'done' | 'cancelled' }

const knockMs = 900
const answerMs = 3000
/** Of one device: an SNMP target with many rows takes longest. */
const identifyMs = 20_000
const identifiedAtOnce = 16
/** Addresses that are asked in turns, so that none gets its questions in one burst. */
const addressesATurn = 64
const progressEveryMs = 250

/** Never rejects for what a device does. After the signal it resolves at once with what was found until then. */
export async function discover(options: DiscoverOptions): Promise<Discovery> {
  const { range, mayDial, finders, clock, packetsPerSecond } = options
  const signal = AbortSignal.any([options.signal])
  // One listener a question that is under way.
  setMaxListeners(0, signal)
  const pacer = createPacer(packetsPerSecond, clock)
  const found = new Map<string, Finding[]>()
  const asking: Asking = { pacer, signal, identifying: createRoom(identifiedAtOnce), note }
  function note(address: string, finding: Finding): void {
    const before = found.get(address) ?? []
    const isNews = !before.some((it) => it.by === finding.by && it.text.en === finding.text.en)
    if (signal.aborted || !isNews) return
    const known = [...before, finding]
    found.set(address, known)
    options.onFound?.(foundDevice(address, known))
    const next = finding.next ?? []
    if (next.length > 0) asking.identifying.enter(() => identify(asking, address, next), address)
  }
  const heard = (address: string, finding: Finding): void => {
    if (range.holds(address) && mayDial(address)) note(address, finding)
  }
  const call = { range, pacer, mayDial, heard, signal }
  const tell = createTeller(options, () => found.size)
  await Promise.all([knockAll(options, asking, tell), ...finders.map((it) => it.callOut?.(call))])
  for (const it of finders) await it.lookBack?.(call)
  await asking.identifying.empty()
  tell.last()
  const devices = [...found].map(([address, findings]) => foundDevice(address, findings))
  return { devices: devices.sort(byAddress), ended: signal.aborted ? 'cancelled' : 'done' }
}

type Asking = { pacer: Pacer; signal: AbortSignal; identifying: Room; note(address: string, finding: Finding): void }

async function answerTo({ pacer, signal }: Asking, question: Question, limits: Limits): Promise<Finding | null> {
  await pacer.take(question.packets, signal)
  if (signal.aborted) return null
  return question.ask(limits).catch((error: unknown) => {
    if (isStewardError(error)) return null
    throw error
  })
}

async function identify(asking: Asking, address: string, questions: readonly Question[]): Promise<void> {
  for (const question of questions) {
    const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(identifyMs)])
    const finding = await answerTo(asking, question, { timeoutMs: answerMs, signal })
    if (finding !== null) asking.note(address, finding)
  }
}

/** Every question to every address. */
async function knockAll(options: DiscoverOptions, asking: Asking, tell: Teller): Promise<void> {
  const { signal, note } = asking
  const knocking = createRoom(Math.min(1000, Math.max(50, options.packetsPerSecond)))
  for (const [address, question] of inTurns(options)) {
    await knocking.free()
    if (signal.aborted) break
    knocking.enter(async () => {
      const finding = await answerTo(asking, question, { timeoutMs: knockMs, signal })
      tell.asked()
      if (finding !== null) note(address, finding)
    })
  }
  await knocking.empty()
}

type Teller = { asked(): void; last(): void }

function createTeller({ range, finders, clock, onProgress }: DiscoverOptions, found: () => number): Teller {
  const [sample] = range.addresses()
  const perAddress = sample === undefined ? 0 : finders.flatMap((it) => it.questions(sample)).length
  const toAsk = range.count * perAddress
  let asked = 0
  let toldAtMs = Number.NEGATIVE_INFINITY
  const tell = (): void => {
    toldAtMs = clock.nowMs()
    onProgress?.({ asked, toAsk: Math.max(asked, toAsk), found: found() })
  }
  return {
    asked() {
      asked += 1
      if (clock.nowMs() - toldAtMs >= progressEveryMs) tell()
    },
    last: tell,
  }
}

function* inTurns({ range, mayDial, finders }: DiscoverOptions): Generator<[string, Question]> {
  let turn: string[] = []
  const questionsOf = function* (addresses: readonly string[]): Generator<[string, Question]> {
    const rows = addresses.map((it) => ({ address: it, questions: finders.flatMap((finder) => finder.questions(it)) }))
    const most = Math.max(0, ...rows.map((it) => it.questions.length))
    for (let at = 0; at < most; at += 1) {
      for (const { address, questions } of rows) {
        const question = questions[at]
        if (question !== undefined) yield [address, question]
      }
    }
  }
  for (const address of range.addresses()) {
    if (!mayDial(address)) continue
    turn.push(address)
    if (turn.length < addressesATurn) continue
    yield* questionsOf(turn)
    turn = []
  }
  yield* questionsOf(turn)
}

function byAddress(a: FoundDevice, b: FoundDevice): number {
  return a.address.localeCompare(b.address, 'en', { numeric: true })
}
