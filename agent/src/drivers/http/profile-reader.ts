/** Reads a device by the HTTP profile that fits it: learned now and then, asked few questions a poll. */
import type { Identity } from '@steward/shared/model'
import { clockDrift, createClockWatch } from '../clock-drift.ts'
import type { Findings, LearnedPoint, Limits, Reading } from '../contract.ts'
import { type Asked, askAll, documentsIn, driftIn, valuesOf } from './profile-values.ts'
import { identityOf, kindOf, topologyOf } from './profiles/about.ts'
import { type Answers, collect, learnPoints, type ReadPoint } from './profiles/collect.ts'
import { detect } from './profiles/detect.ts'
import type { HttpProfile } from './profiles/schema.ts'
import type { Answer, Ask } from './questions.ts'

type Read = { identity?: Identity; findings?: Findings; points: LearnedPoint[] } & Pick<Reading, 'values' | 'errors'>

export type ProfileReader = {
  /** a question that is answered only to the right login; null while no profile is known to fit */
  proof(): string | null
  /** `first`: the answer to the proof, where that was asked. Throws StewardError when the login is refused. */
  read(first: Answer | null, limits: Limits): Promise<Read>
}

const relearnAfterMs = 6 * 3_600_000
/** Rows that were not there before are learned, and who was silent is asked again, not too often. */
const leastLearnMs = 10 * 60_000

type Known = {
  profile: HttpProfile
  proof: string
  points: ReadPoint[]
  /** requests that are not worth asking again, with the reason */
  never: Map<string, string>
  learnedAtMs: number
  polls: number
  /** requests that failed last time: asked again whether it is their turn or not */
  failed: Set<string>
  /** as last read, for what is not asked at each poll */
  values: Reading['values']
}

/** `wanted`: the name of one profile, or null for whichever fits. */
export function createProfileReader(profiles: readonly HttpProfile[], wanted: string | null, ask: Ask): ProfileReader {
  const candidates = wanted === null ? profiles : profiles.filter((it) => it.name === wanted)
  const clock = createClockWatch()
  let known: Known | null = null
  let learnAtMs = 0

  const readAnswers = (it: Known, asked: Asked): Pick<Read, 'points' | 'values' | 'errors'> => {
    const found = collect(it.profile, documentsIn(asked))
    const read = valuesOf(it.points, found, asked, it.values)
    it.values = read.values
    const drift = driftIn(it.profile, asked, clock)
    const isNew = found.some((row) => row.problem === null && !it.points.some(({ point }) => point.id === row.id))
    if (isNew) learnAtMs = Math.min(learnAtMs, it.learnedAtMs + leastLearnMs)
    return {
      points: [...it.points.map((one) => one.point), ...(it.profile.clock === undefined ? [] : [clockDrift])],
      values: it.profile.clock === undefined ? read.values : { ...read.values, [clockDrift.id]: drift },
      errors: read.errors,
    }
  }
  /** Null: none fits, or nothing was answered; what was known before is kept in silence, which may be for once. */
  const learn = async (limits: Limits): Promise<Read | null> => {
    learnAtMs = performance.now() + leastLearnMs
    const fit = await detect(candidates, ask, limits).catch((error: unknown) => {
      // A refusal is that of the whole poll, which backs off: the next one must not pass for well because it asks nothing.
      learnAtMs = 0
      throw error
    })
    if (fit !== null && 'unknown' in fit) return fit.unknown.kind === 'closed' ? unsaid(fit.unknown.message) : null
    learnAtMs = performance.now() + relearnAfterMs
    if (fit === null) {
      known = null
      return null
    }
    const { profile, proof, answer } = fit
    const never = new Map<string, string>()
    const asked = await askAll(profile, Object.keys(profile.requests), ask, never, limits)
    asked.set('detect', answer)
    const documents = documentsIn(asked)
    const points = learnPoints(profile, collect(profile, documents), documents)
    known = {
      profile,
      proof,
      points,
      never,
      learnedAtMs: performance.now(),
      polls: 0,
      failed: failedIn(asked),
      values: {},
    }
    if (known.failed.size > 0) learnAtMs = performance.now() + leastLearnMs
    return {
      identity: identityOf(profile, documents),
      findings: findingsOf(profile, documents),
      ...readAnswers(known, asked),
    }
  }

  return {
    proof: () => known?.proof ?? null,
    async read(first, limits) {
      const learned = performance.now() >= learnAtMs ? await learn(limits) : null
      if (learned !== null) return learned
      if (known === null) return { points: [], values: {}, errors: unfit(wanted, candidates) }
      const { profile, never, proof } = known
      known.polls += 1
      const { polls, failed } = known
      const due = Object.entries(profile.requests).filter(
        ([name, it]) => !it.learn && (polls % it.every === 0 || failed.has(name)),
      )
      const proven = first ?? (await ask(proof, limits))
      const asked = await askAll(
        profile,
        due.map(([name]) => name),
        ask,
        never,
        limits,
      )
      known.failed = failedIn(asked)
      asked.set('detect', proven)
      return readAnswers(known, asked)
    },
  }
}

/** A device that says nothing of itself to strangers: said when it is learned, not at each poll. */
function unsaid(message: string): Read {
  return { points: [], values: {}, errors: [{ point: 'http.status', message }] }
}

function failedIn(asked: Asked): Set<string> {
  return new Set([...asked].flatMap(([name, it]) => (it.kind === 'failed' || it.kind === 'silent' ? [name] : [])))
}

function unfit(wanted: string | null, candidates: readonly HttpProfile[]): Reading['errors'] {
  if (wanted === null) return []
  const why =
    candidates.length === 0 ? 'there is no device profile' : 'it does not answer as expected by the device profile'
  return [{ point: 'http.status', message: `${why} ${wanted}` }]
}

function findingsOf(profile: HttpProfile, documents: Answers): Findings {
  const kind = kindOf(profile, documents)
  const topology = topologyOf(profile, documents)
  return {
    profile: profile.name,
    ...(kind === undefined ? {} : { kind }),
    ports: [],
    neighbours: [],
    ...(topology === undefined ? {} : { topology }),
  }
}
