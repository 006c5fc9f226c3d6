import { type SiteModel, serviceOf } from '../diagnosis/index.ts'
import type { Span, Told } from './share.ts'
import { type SiteRecord, type Situation, situationsOf } from './situations.ts'

/** A system is up while none of its essential functions is paralysed; the site while no system is down. */
export type SiteTrack = {
  /** by system; the whole site is the empty name */
  whole: Map<string, Told[]>
  /** as if all that was under maintenance had worked */
  unplanned: Map<string, Told[]>
  /** device → when it was down only because what it needs was under maintenance */
  excused: Map<string, Span[]>
}

/**
 * Goes through a span instant by instant, and yields after each at which anything changed, so that a caller can breathe
 * in between; returns what systems and site were. While nothing is known of any device, nothing is known of the systems.
 */
export function* siteTracks(record: SiteRecord, span: Span): Generator<undefined, SiteTrack, undefined> {
  const track: SiteTrack = { whole: new Map(), unplanned: new Map(), excused: new Map() }
  for (const situation of situationsOf(record, span)) {
    note(track, record.model, situation)
    yield
  }
  for (const spans of track.excused.values()) {
    const last = spans.at(-1)
    if (last !== undefined && last.to === Number.POSITIVE_INFINITY) last.to = span.to
  }
  return track
}

function note(track: SiteTrack, model: SiteModel, { at, isKnown, down, maintained }: Situation): void {
  const service = serviceOf(model, { down, maintained })
  for (const [tracks, capabilities] of [
    [track.whole, service.whole],
    [track.unplanned, service.unplanned],
  ] as const) {
    const states = model.systems.map(({ id }) => ({ id, isUp: !isParalysed(model, id, capabilities) }))
    for (const { id, isUp } of [...states, { id: '', isUp: states.every((it) => it.isUp) }]) {
      put(tracks, id, { at, state: isKnown ? (isUp ? 'up' : 'down') : 'unknown' })
    }
  }
  excuse(track.excused, new Set(service.excused), at)
}

/** Differences of capability up to this are none (fault-levels.md, section 2). */
const tolerance = 1e-9

/** By its essential functions; a system without any is down when all of its functions are gone. */
function isParalysed(model: SiteModel, system: string, capabilities: Readonly<Record<string, number>>): boolean {
  const functions = model.systems.find((it) => it.id === system)?.functions ?? []
  const essential = functions.filter((it) => it.essential)
  const of = (id: string): number => capabilities[`${system}/${id}`] ?? 1
  if (essential.length > 0) return essential.some((it) => of(it.id) < (it.paralysedBelow ?? 0) - tolerance)
  return functions.length > 0 && functions.every((it) => of(it.id) <= tolerance)
}

function put(tracks: Map<string, Told[]>, id: string, told: Told): void {
  const track = tracks.get(id) ?? []
  if (track.at(-1)?.state !== told.state) track.push(told)
  tracks.set(id, track)
}

function excuse(spans: Map<string, Span[]>, excused: ReadonlySet<string>, at: number): void {
  for (const of of spans.values()) {
    const last = of.at(-1)
    if (last?.to === Number.POSITIVE_INFINITY) last.to = at
  }
  for (const device of excused) {
    const of = spans.get(device) ?? []
    const last = of.at(-1)
    if (last?.to === at) last.to = Number.POSITIVE_INFINITY
    else of.push({ from: at, to: Number.POSITIVE_INFINITY })
    spans.set(device, of)
  }
}
