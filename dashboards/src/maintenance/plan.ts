/** Windows and silences as a picture needs them: what is under way, what comes, what is over. */
import type { MaintenanceEntry, Silence } from '@steward/shared/api'
import { endOf, nextSpans, runningSpan, type Span, spansOf } from '@steward/shared/maintenance'

export type Planned =
  | {
      kind: 'window'
      key: string
      window: MaintenanceEntry
      running: Span | null
      next: Span | null
      end: number | null
    }
  | {
      kind: 'silence'
      key: string
      silence: Silence
      /** whose local times count where it recurs */
      zone: string
      running: Span | null
      next: Span | null
      end: number | null
    }

/** What there is at an instant, what ends first, first. `zone`: of what is about several sites. */
export function planOf(
  windows: readonly MaintenanceEntry[],
  silences: readonly Silence[],
  now: number,
  zone: string,
): Planned[] {
  const ofWindows = windows.map((window): Planned => {
    const { id, timezone } = window
    const [next = null] = nextSpans(window, timezone, now, 1)
    const running = runningSpan(window, timezone, now)
    return { kind: 'window', key: `window ${id}`, window, running, next, end: endOf(window, timezone) }
  })
  const ofSilences = silences.map((silence): Planned => {
    const own = silence.timezone ?? zone
    const [next = null] = nextSpans(silence, own, now, 1)
    const [running, end] = [runningSpan(silence, own, now), endOf(silence, own)]
    return { kind: 'silence', key: `silence ${silence.id}`, silence, zone: own, running, next, end }
  })
  return [...ofWindows, ...ofSilences]
}

export const isOver = ({ end, running }: Planned, now: number): boolean =>
  running === null && end !== null && end <= now

/** When something first matters: its present end where it runs, else its next beginning, else when it was over. */
export const instantOf = ({ running, next, end }: Planned): number =>
  running?.to ?? next?.from ?? end ?? Number.POSITIVE_INFINITY

export type Lane = { planned: Planned; bars: Span[] }
export type Place = { key: string; name: string; site: string | null; lanes: Lane[] }

/** Lanes of a span by site, those without anything in it left out; what is for a whole customer first. */
export function placesOf(plan: readonly Planned[], span: Span, siteNames: ReadonlyMap<string, string>): Place[] {
  const places = new Map<string, Place>()
  for (const planned of plan) {
    const bars = barsOf(planned, span)
    if (bars.length === 0) continue
    const { key, name, site } = placeOf(planned, siteNames)
    const place = places.get(key) ?? { key, name, site, lanes: [] }
    place.lanes.push({ planned, bars })
    places.set(key, place)
  }
  const first = ({ lanes }: Place): number => Math.min(...lanes.flatMap((it) => it.bars.map((bar) => bar.from)))
  return [...places.values()].sort(
    (a, b) => Number(a.site !== null) - Number(b.site !== null) || first(a) - first(b) || a.name.localeCompare(b.name),
  )
}

function barsOf(planned: Planned, span: Span): Span[] {
  if (planned.kind === 'window') return spansOf(planned.window, planned.window.timezone, span)
  return spansOf(planned.silence, planned.zone, span)
}

function placeOf(
  planned: Planned,
  siteNames: ReadonlyMap<string, string>,
): { key: string; name: string; site: string | null } {
  if (planned.kind === 'window') {
    const { site, siteName } = planned.window
    return { key: `site ${site}`, name: siteName, site }
  }
  const { scope, name } = planned.silence
  if (scope.kind === 'customer') return { key: `customer ${scope.customer}`, name, site: null }
  return { key: `site ${scope.site}`, name: siteNames.get(scope.site) ?? scope.site, site: scope.site }
}
