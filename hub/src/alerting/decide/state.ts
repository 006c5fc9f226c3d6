import type { FaultKind, FaultLevel, Text } from '@steward/shared/model'
import type { AlertFacts } from '../message/facts.ts'

/** A fault as the faults' room knows it now. Times in milliseconds since 1970; `systems`: all that it concerns. */
export type KnownFault = {
  id: string
  device: { id: string; name: string } | null
  level: FaultLevel
  kind: FaultKind
  reason: Text
  openedAt: number
  closedAt: number | null
  affected: readonly string[]
  incident: string | null
  maintenance: boolean
  systems: readonly string[]
}

/** The same as alerting sees it: whether it is silenced now, and whether it was when it closed (false while it is open). */
export type FaultNow = Omit<KnownFault, 'systems'> & { silenced: boolean; closedInSilence: boolean }

/** What people were told of a fault: the worst level (null: nothing yet), the last page that it was part of. */
export type Told = { fault: string; level: FaultLevel | null; page: string | null; done: boolean }

/**
 * One page: an L1 incident from its first fault to the end of its last. One that merged into another is closed without a
 * word, and its id is kept in the other's `absorbed`.
 */
export type Page = { id: string; incident: string; openedAt: number; closed: boolean; absorbed: readonly string[] }

export type Site = { id: string; name: string; timezone: string }

export type Situation = {
  site: Site
  /** all open faults of the site, and those closed ones that are not done */
  faults: readonly FaultNow[]
  told: readonly Told[]
  /** pages that are not closed */
  pages: readonly Page[]
  now: number
  newPageId(): string
}

/**
 * An alert to be sent. `key` is unique within its subject, so that writing it twice is one alert. An opening or a rise
 * goes to all whom it concerns, a closing to those who were told of one of `toldBy`.
 */
export type Alert = { subject: string; key: string; facts: AlertFacts; toldBy: readonly string[] }

export type Decision = { alerts: Alert[]; told: Told[]; pages: Page[] }

export const faultSubject = (fault: string): string => `fault:${fault}`
export const pageSubject = (page: string): string => `page:${page}`

const rank: Readonly<Record<FaultLevel, number>> = { L1: 1, L2: 2, L3: 3, L4: 4 }

/** Whether `a` is the worse level; anything is worse than nothing. */
export function isWorse(a: FaultLevel, b: FaultLevel | null): boolean {
  return b === null || rank[a] < rank[b]
}

/** Of an opening nobody hears: the fault is silenced, or was over before its silence was. */
export const isHushed = (fault: FaultNow): boolean => fault.silenced || fault.closedInSilence
