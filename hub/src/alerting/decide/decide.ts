import type { AlertEvent } from '../message/facts.ts'
import { faultFacts } from './facts-of.ts'
import { closePages, type Draft, pageIncidents, toldOf } from './pages.ts'
import { type Decision, type FaultNow, faultSubject, isHushed, isWorse, pageSubject, type Situation } from './state.ts'

function tell(draft: Draft, fault: FaultNow, event: AlertEvent): void {
  const told = toldOf(draft, fault)
  const previous = event === 'raised' ? told.level : null
  const closed = event === 'closed'
  draft.alerts.push({
    subject: faultSubject(fault.id),
    key: event === 'raised' ? `raised:${fault.level}` : event,
    facts: faultFacts(draft.situation.site, event, fault, previous),
    toldBy: closed ? [faultSubject(fault.id), ...(told.page === null ? [] : [pageSubject(told.page)])] : [],
  })
  if (!closed) draft.told.set(fault.id, { ...told, level: fault.level })
}

/** Opening and rise of a fault that is no part of a paralysed system. */
function tellOpenings(draft: Draft): void {
  for (const fault of draft.situation.faults) {
    if (fault.maintenance || isHushed(fault) || fault.level === 'L1') continue
    const { level } = toldOf(draft, fault)
    if (level === null) tell(draft, fault, 'opened')
    else if (fault.closedAt === null && isWorse(fault.level, level)) tell(draft, fault, 'raised')
  }
}

function finishClosed(draft: Draft): void {
  for (const fault of draft.situation.faults) {
    if (fault.closedAt === null) continue
    const told = toldOf(draft, fault)
    const page = told.page === null ? undefined : draft.pages.get(told.page)
    const pageRuns = page !== undefined && !page.closed
    const inPage = told.page !== null && fault.level === 'L1'
    const isHeard = !fault.maintenance && !inPage && told.level !== null
    // Who was told of it is told of its end when the silence is over.
    if (isHeard && fault.silenced) continue
    if (isHeard) tell(draft, fault, 'closed')
    // A page names all its faults when it ends, so they are kept until then.
    draft.told.set(fault.id, { ...toldOf(draft, fault), done: !(inPage && pageRuns) })
  }
}

/**
 * What to tell people of a site's faults, given what they were told before. Goes by what is, not by what happened:
 * called after every change, after a restart or twice in a row it says everything once. A fault that opened and closed
 * since the last call is told as both; under maintenance and while silenced nothing is told, and what still holds
 * afterwards is told then.
 */
export function decide(situation: Situation): Decision {
  const draft: Draft = {
    situation,
    told: new Map(situation.told.map((it) => [it.fault, it])),
    pages: new Map(situation.pages.map((it) => [it.id, it])),
    alerts: [],
  }
  pageIncidents(draft)
  tellOpenings(draft)
  closePages(draft)
  finishClosed(draft)
  const before = new Map(situation.told.map((it) => [it.fault, it]))
  const pagesBefore = new Map(situation.pages.map((it) => [it.id, it]))
  return {
    alerts: draft.alerts,
    told: [...draft.told.values()].filter((it) => before.get(it.fault) !== it),
    pages: [...draft.pages.values()].filter((it) => pagesBefore.get(it.id) !== it),
  }
}
