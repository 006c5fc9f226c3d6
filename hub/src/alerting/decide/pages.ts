import { incidentFacts, incidentOver } from './facts-of.ts'
import {
  type Alert,
  type FaultNow,
  isHushed,
  isWorse,
  type Page,
  pageSubject,
  type Situation,
  type Told,
} from './state.ts'

/** What is being worked out; the maps are the decision's own. */
export type Draft = {
  situation: Situation
  told: Map<string, Told>
  pages: Map<string, Page>
  alerts: Alert[]
}

const isParalysing = (fault: FaultNow): boolean => fault.level === 'L1'

/** What was told of a fault so far. */
export function toldOf(draft: Draft, fault: FaultNow): Told {
  return draft.told.get(fault.id) ?? { fault: fault.id, level: null, page: null, done: false }
}

/** The open page that a fault is part of, if any. */
function openPageOf(draft: Draft, fault: FaultNow): Page | undefined {
  const { page } = toldOf(draft, fault)
  const found = page === null ? undefined : draft.pages.get(page)
  return found === undefined || found.closed ? undefined : found
}

function oldestFirst(a: { openedAt: number; id: string }, b: { openedAt: number; id: string }): number {
  return a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1)
}

/** Several pages that turn out to be one incident go on as the oldest; the others end without a word. */
function mergePages(draft: Draft, pages: Page[]): Page | undefined {
  const [kept, ...others] = [...pages].sort(oldestFirst)
  if (kept === undefined || others.length === 0) return kept
  const gone = new Set(others.map((it) => it.id))
  for (const page of others) draft.pages.set(page.id, { ...page, closed: true })
  for (const told of draft.told.values()) {
    if (told.page !== null && gone.has(told.page)) draft.told.set(told.fault, { ...told, page: kept.id })
  }
  return { ...kept, absorbed: [...kept.absorbed, ...others.flatMap((it) => [it.id, ...it.absorbed])] }
}

function openPage(draft: Draft, incident: string, members: FaultNow[]): Page {
  const { situation } = draft
  const fresh = members.filter((it) => toldOf(draft, it).level === null)
  // Where every fault was known at a lower level the incident begins with this rise.
  const openedAt = fresh.length === 0 ? situation.now : Math.min(...fresh.map((it) => it.openedAt))
  const page: Page = { id: situation.newPageId(), incident, openedAt, closed: false, absorbed: [] }
  const known = members.map((it) => toldOf(draft, it).level).filter((it) => it !== null)
  const previousLevel = known.reduce((worst, it) => (isWorse(it, worst) ? it : worst), known[0] ?? null)
  const event = fresh.length === 0 && previousLevel !== 'L1' ? 'raised' : 'opened'
  const facts = incidentFacts(situation.site, event, page, members)
  const alert = { subject: pageSubject(page.id), key: 'opened', toldBy: [] }
  draft.alerts.push({ ...alert, facts: event === 'raised' ? { ...facts, previousLevel } : facts })
  return page
}

/**
 * Gives every L1 fault its page: the one that its incident already has, or a new one. One alert an incident, however
 * many faults it has and whatever it later merges with or splits into.
 */
export function pageIncidents(draft: Draft): void {
  const faults = draft.situation.faults.filter((it) => isParalysing(it) && !it.maintenance)
  const incidents = Map.groupBy(
    faults.filter((it) => it.closedAt === null || openPageOf(draft, it) === undefined),
    (it) => it.incident ?? it.id,
  )
  for (const [incident, members] of incidents) {
    const sorted = [...members].sort(oldestFirst)
    const byIncident = [...draft.pages.values()].filter((it) => !it.closed && it.incident === incident)
    const existing = [...byIncident, ...sorted.flatMap((it) => openPageOf(draft, it) ?? [])]
    // A page is silenced only when all of its incident is.
    if (existing.length === 0 && sorted.every(isHushed)) continue
    const page = mergePages(draft, [...new Set(existing)]) ?? openPage(draft, incident, sorted)
    draft.pages.set(page.id, page)
    for (const fault of sorted) {
      draft.told.set(fault.id, { ...toldOf(draft, fault), level: 'L1', page: page.id })
    }
  }
}

/** Ends every page none of whose faults is open at L1 any more; in silence where maintenance ended it. */
export function closePages(draft: Draft): void {
  const { situation } = draft
  for (const page of draft.pages.values()) {
    if (page.closed) continue
    const members = situation.faults.filter((it) => toldOf(draft, it).page === page.id).sort(oldestFirst)
    if (members.some((it) => it.closedAt === null && isParalysing(it))) continue
    const heard = members.filter((it) => !it.maintenance)
    // Told when the silence is over; were it to come back until then, the page goes on.
    if (heard.length > 0 && heard.every((it) => it.silenced)) continue
    draft.pages.set(page.id, { ...page, closed: true })
    if (heard.length === 0) continue
    // A fault that fell to a lower level did so now; one that closed, when it closed.
    const ends = members.map((it) => it.closedAt ?? situation.now)
    const facts = incidentOver(situation.site, page, members, Math.max(...ends))
    draft.alerts.push({
      subject: pageSubject(page.id),
      key: 'closed',
      facts,
      toldBy: [page.id, ...page.absorbed].map(pageSubject),
    })
  }
}
