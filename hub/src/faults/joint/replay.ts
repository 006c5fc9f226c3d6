/** The judgement of a site with several agents, worked out anew from what all of them told. Pure. */
import {
  createDiagnosis,
  type DiagnosisSnapshot,
  type FaultEvent,
  restoreDiagnosis,
  type SiteModel,
} from '@steward/shared/diagnosis'
import { gathered, type Seen } from './gather.ts'

/** Up to `at` everything is judged for good; null: nothing was yet. */
export type Base = { at: number; snapshot: DiagnosisSnapshot | null }

export type Case = {
  model: SiteModel
  base: Base
  /** everything seen after the base, in order of time */
  seen: readonly Seen[]
  /** devices that hang together with another agent's */
  across: ReadonlySet<string>
  gatherMs: number
  /** judged up to and with this instant */
  until: number
  /** up to here every agent has told all it saw */
  settledUntil: number
}

export type Judgement = {
  /** everything after the base, in order of time */
  events: FaultEvent[]
  /** when it is to be judged again by time alone; null: never */
  dueAt: number | null
  /** from where to judge the next time; the base as it was, where nothing more is settled */
  base: Base
}

/** Judges from the base on. The same for the same case, in whichever order things were told. `breathe` is called often. */
export async function judge(it: Case, breathe: () => Promise<void> | void): Promise<Judgement> {
  const { model, base, until } = it
  const { seen, gatherings } = gathered(it.seen, it.across, it.gatherMs)
  // The base itself is past: what follows from another model than the one that it was judged by follows after it.
  const diagnosis =
    base.snapshot === null ? createDiagnosis(model) : restoreDiagnosis(model, { ...base.snapshot, at: base.at + 1 })
  // What is being gathered at that time is not settled.
  const open = gatherings.find((one) => one.from <= it.settledUntil && one.to > it.settledUntil)
  const settledAt = Math.min(open === undefined ? it.settledUntil : open.from - 1, until)
  const events: FaultEvent[] = []
  let settled = base
  const settle = (): void => {
    if (settled !== base || settledAt <= base.at) return
    events.push(...diagnosis.step(settledAt, []))
    settled = { at: settledAt, snapshot: diagnosis.snapshot() }
  }
  const instants = Map.groupBy(seen, (one) => one.at)
  for (const [at, inputs] of instants) {
    if (at > until) break
    if (at > settledAt) settle()
    events.push(
      ...diagnosis.step(
        at,
        inputs.map((one) => one.input),
      ),
    )
    await breathe()
  }
  settle()
  events.push(...diagnosis.step(until, []))
  return { events, dueAt: earliest([diagnosis.nextDueAt(), nextAfter(seen, until)]), base: settled }
}

function nextAfter(seen: readonly Seen[], until: number): number | null {
  return seen.find((it) => it.at > until)?.at ?? null
}

function earliest(times: readonly (number | null)[]): number | null {
  const due = times.filter((it) => it !== null)
  return due.length === 0 ? null : Math.min(...due)
}
