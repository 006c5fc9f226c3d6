import type { FaultLevel } from '@steward/shared/model'
import type { AlertEvent, AlertFacts } from '../message/facts.ts'
import type { FaultNow, Page, Site } from './state.ts'

const maxNamed = 10

function base(site: Site, event: AlertEvent, fault: FaultNow): AlertFacts {
  return {
    event,
    fault: fault.id,
    incident: fault.incident,
    level: fault.level,
    previousLevel: null,
    kind: fault.kind,
    site: { id: site.id, name: site.name, timezone: site.timezone },
    devices: fault.device === null ? [] : [fault.device],
    deviceCount: fault.device === null ? 0 : 1,
    affected: fault.affected.length,
    reason: fault.reason,
    openedAt: fault.openedAt,
    closedAt: fault.closedAt,
    stillOpen: [],
  }
}

/** An alert for one fault. */
export function faultFacts(site: Site, event: AlertEvent, fault: FaultNow, previous: FaultLevel | null): AlertFacts {
  return { ...base(site, event, fault), previousLevel: previous }
}

/** An alert for an L1 incident: its causes together, the oldest first, and everything that any of them affects, once. */
export function incidentFacts(site: Site, event: AlertEvent, page: Page, members: readonly FaultNow[]): AlertFacts {
  const [oldest] = members
  if (oldest === undefined) throw new Error(`page ${page.id} has no fault`)
  const causes = members.flatMap((it) => (it.device === null ? [] : [it.device]))
  const causeIds = new Set(causes.map((it) => it.id))
  const affected = new Set(members.flatMap((it) => it.affected).filter((it) => !causeIds.has(it)))
  return {
    ...base(site, event, oldest),
    fault: members.some((it) => it.id === page.incident) ? page.incident : oldest.id,
    incident: page.incident,
    level: 'L1',
    devices: causes.slice(0, maxNamed),
    deviceCount: causes.length,
    affected: affected.size,
    openedAt: page.openedAt,
    closedAt: null,
  }
}

/** The end of an L1 incident; what stays open at a lower level is named. */
export function incidentOver(site: Site, page: Page, members: readonly FaultNow[], closedAt: number): AlertFacts {
  const stillOpen = members.flatMap((it) =>
    it.closedAt === null && it.device !== null ? [{ ...it.device, level: it.level }] : [],
  )
  return {
    ...incidentFacts(site, 'closed', page, members),
    affected: 0,
    closedAt: Math.max(closedAt, page.openedAt),
    stillOpen: stillOpen.slice(0, maxNamed),
  }
}
