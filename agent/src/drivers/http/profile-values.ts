/** The questions of a profile, and what their answers say of the points that are known. */
import { type ClockWatch, driftSeconds } from '../clock-drift.ts'
import type { Limits, Reading } from '../contract.ts'
import type { Answers, Found, ReadPoint } from './profiles/collect.ts'
import { textAt } from './profiles/rows.ts'
import type { HttpProfile } from './profiles/schema.ts'
import type { Answer, Ask } from './questions.ts'

/** By the name of the request; what was not asked is not in it. */
export type Asked = Map<string, Answer>

/** When so many in a row are not answered, it is the device and not the question. */
const silencesToGiveUp = 2

/** One after the other; the rest is not asked when the device has fallen silent. `never` is added to. */
export async function askAll(
  profile: HttpProfile,
  names: readonly string[],
  ask: Ask,
  never: Map<string, string>,
  limits: Limits,
): Promise<Asked> {
  const asked: Asked = new Map()
  let silences = 0
  let last: Answer | null = null
  for (const name of names) {
    const path = profile.requests[name]?.path
    const known = never.get(name)
    if (path === undefined) continue
    if (known !== undefined) {
      asked.set(name, { kind: 'never', message: known })
      continue
    }
    const hasFallenSilent = silences >= silencesToGiveUp
    const answer: Answer = hasFallenSilent && last !== null ? last : await ask(path, limits)
    if (answer.kind === 'never' || answer.kind === 'closed') never.set(name, answer.message)
    silences = answer.kind === 'silent' ? silences + 1 : 0
    last = answer
    asked.set(name, answer)
  }
  return asked
}

export function documentsIn(asked: Asked): Answers {
  return new Map([...asked].flatMap(([name, it]) => (it.kind === 'document' ? [[name, it.document] as const] : [])))
}

/** What was not asked this time keeps its value. */
export function valuesOf(
  points: readonly ReadPoint[],
  found: readonly Found[],
  asked: Asked,
  before: Reading['values'],
): Pick<Reading, 'values' | 'errors'> {
  const byId = new Map(found.map((it) => [it.id, it]))
  const read: Pick<Reading, 'values' | 'errors'> = { values: {}, errors: [] }
  for (const { point, from, spec } of points) {
    const answer = asked.get(from)
    const row = byId.get(point.id)
    const isListed = row !== undefined
    const isGone = !isListed && answer?.kind === 'document'
    const kept = answer === undefined ? (before[point.id] ?? null) : null
    const value = row?.value ?? (isGone ? (spec.missing ?? null) : kept)
    read.values[point.id] = value
    if (value !== null) continue
    const why = row?.problem ?? (answer === undefined || answer.kind === 'document' ? notListed : answer.message)
    read.errors.push({ point: point.id, message: why })
  }
  return read
}

const notListed = 'it is not listed any more'

/** How far the clock that the device tells by its own interface is ahead, s; null where it tells none that is sure. */
export function driftIn({ clock: told }: HttpProfile, asked: Asked, clock: ClockWatch): number | null {
  const answer = told === undefined ? undefined : asked.get(told.from)
  if (told === undefined || answer?.kind !== 'document') return null
  const text = textAt(answer.document, answer.document.root, told.at) ?? ''
  // Without its offset from UTC a time may be any.
  const toldMs = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(toldMs)) return null
  const { tookMs, endedMs } = answer
  return driftSeconds(clock.take({ toldMs, resolutionMs: 1000, tookMs, endedMs }))
}
