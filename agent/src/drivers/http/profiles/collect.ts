/** The points of a device out of the answers to a profile's questions. Pure. */
import type { PointValue } from '@steward/shared/model'
import type { LearnedPoint } from '../../contract.ts'
import type { Document } from '../../document.ts'
import { follow, leafOf } from '../../document-path.ts'
import { pointValueOf } from '../../document-value.ts'
import { keyedRows, matched, type Row, rowsFor, textAt } from './rows.ts'
import type { HttpProfile, PointsSpec, ValueSpec } from './schema.ts'

/** Answers by the name of the request; what was not answered is not in it. */
export type Answers = ReadonlyMap<string, Document>

export type Found = { id: string; from: string; spec: ValueSpec; row: Row; value: PointValue; problem: string | null }

const maxPoints = 2000

export function collect({ points }: HttpProfile, answers: Answers): Found[] {
  const found = new Map<string, Found>()
  const keysOf = new Map<string, Set<string>>()
  for (const spec of points) {
    const document = answers.get(spec.from)
    if (document === undefined) continue
    const liked = keysOf.get(spec.like ?? '')
    const rows = rowsFor(document, spec).filter((it) => liked === undefined || liked.has(it.key))
    keysOf.set(spec.from, new Set(rows.map((it) => it.key)))
    for (const row of rows)
      for (const value of spec.values) {
        const id = value.id.replaceAll('{key}', row.key.replace(/[\p{Cc}\s]+/gu, '-')).slice(0, 128)
        if (found.size >= maxPoints || found.has(id)) continue
        found.set(id, { id, from: spec.from, spec: value, row, ...readValue(document, row, value) })
      }
  }
  return [...found.values()]
}

/** A point, and by which request and spec it is read from now on. */
export type ReadPoint = { point: LearnedPoint; from: string; spec: ValueSpec }

/** A point for each value that is there now. */
export function learnPoints(profile: HttpProfile, found: readonly Found[], answers: Answers): ReadPoint[] {
  const names = new Map(profile.points.map((it) => [it, namesOf(it, answers)]))
  return found
    .filter((it) => it.problem === null)
    .map(({ id, from, spec, row }) => {
      const list = profile.points.find((it) => it.values.includes(spec))
      const name = list === undefined ? undefined : names.get(list)?.get(row.key)
      const isRow = list?.rows !== undefined
      const source = `${profile.requests[from]?.path ?? ''} ${spec.at.text}`.trim()
      return { point: pointOf(id, isRow ? (name ?? row.key) : '', source, spec), from, spec }
    })
}

function pointOf(id: string, instance: string, source: string, spec: ValueSpec): LearnedPoint {
  const { limits, watch } = spec
  const words = wordsOf(spec)
  const watched = watch?.states === undefined ? {} : { states: watch.states }
  return {
    ...{ id, class: spec.class, instance: instance.slice(0, 120), name: spec.title, source },
    unit: spec.percent_of === undefined ? spec.unit : '%',
    ...(words.length === 0 ? {} : { states: words }),
    ...(limits === undefined ? {} : { limits }),
    ...(watch === undefined ? {} : { watch: { isDirect: watch.direct, ...watched } }),
  }
}

function wordsOf({ states, missing, value }: ValueSpec): string[] {
  const all = [...Object.values(states ?? {}), ...(value === undefined ? [] : [value])]
  return [...new Set([...all, ...(missing === undefined ? [] : [missing])])]
}

function namesOf(spec: PointsSpec, answers: Answers): Map<string, string> {
  const { name } = spec
  if (name === undefined) return new Map()
  const document = answers.get(name.from ?? spec.from)
  if (document === undefined) return new Map()
  const rows = name.from === undefined ? rowsFor(document, spec) : keyedRows(document, { ...name, rows: name.rows })
  return new Map(
    rows.flatMap(({ key, node }) => {
      const text = textAt(document, node, name.at)
      return text === null || text === '' ? [] : [[key, text] as const]
    }),
  )
}

function readValue(document: Document, row: Row, spec: ValueSpec): Pick<Found, 'value' | 'problem'> {
  if (spec.value !== undefined) return { value: spec.value, problem: null }
  const node = follow(document, row.node, spec.at.steps)
  const raw = leafOf(node)
  if (raw === undefined || spec.ignore.includes(String(raw))) return nothing(`there is nothing at "${spec.at.text}"`)
  const part = spec.match === undefined ? node : matched(String(raw), spec.match)
  if (part === null) return nothing(`"${String(raw).slice(0, 40)}" is not understood`)
  const isShare = spec.percent_of !== undefined
  const read = pointValueOf(document, part, isShare ? { unit: '%' } : spec)
  if ('problem' in read) return nothing(read.problem)
  if (spec.percent_of === undefined) return { value: read.value, problem: null }
  const whole = Number(textAt(document, row.node, spec.percent_of) ?? Number.NaN)
  const share = (Number(read.value) / whole) * 100
  if (!Number.isFinite(share)) return nothing('what is 100 % is not told')
  return { value: Math.round((spec.rest ? 100 - share : share) * 10) / 10, problem: null }
}

function nothing(problem: string): { value: null; problem: string } {
  return { value: null, problem }
}
