import type { AlertMessage } from '../../message/facts.ts'

/** What a webhook's receiver gets; fields are added, never changed or taken away (README). Times in ISO 8601, UTC. */
export function webhookBody(message: AlertMessage, text: string, nowMs: number): Record<string, unknown> {
  const { facts } = message
  const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const head = {
    type: `alert.${message.event}`,
    timestamp: instant(nowMs),
    id: message.id,
    event: message.event,
    title: message.title,
    text,
    url: message.link?.url ?? null,
  }
  if (facts === null) return head
  return {
    ...head,
    level: facts.level,
    previousLevel: facts.previousLevel,
    kind: facts.kind,
    fault: facts.fault,
    incident: facts.incident,
    site: facts.site,
    devices: facts.devices,
    deviceCount: facts.deviceCount,
    affected: facts.affected,
    reason: facts.reason,
    openedAt: instant(facts.openedAt),
    closedAt: instant(facts.closedAt),
  }
}
