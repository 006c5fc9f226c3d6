import type { LiveEvent } from '@steward/shared/api'
import type { HubEvents } from '../events.ts'

/** A live event with the site that decides who may see it. */
export type SiteEvent = { site: string; event: LiveEvent }

/** Turns what rooms tell each other into what people see; gives the way to stop. */
export function listen(events: HubEvents, publish: (it: SiteEvent) => void): () => void {
  const stops = [
    events.on('fault', ({ change, fault }) => publish({ site: fault.site, event: { type: 'fault', change, fault } })),
    events.on('device-state', ({ at, ...it }) =>
      publish({ site: it.site, event: { type: 'device', at: instant(at), ...it } }),
    ),
    events.on('reading', ({ at, ...it }) =>
      publish({ site: it.site, event: { type: 'reading', at: instant(at), ...it } }),
    ),
    events.on('agent-state', ({ at, ...it }) =>
      publish({ site: it.site, event: { type: 'agent', at: instant(at), ...it } }),
    ),
    events.on('enrolment', (it) => publish({ site: it.site, event: { type: 'enrolment', ...it } })),
    events.on('config-changed', ({ site }) => publish({ site, event: { type: 'config', site } })),
    events.on('topology-learned', ({ site }) => publish({ site, event: { type: 'topology', site } })),
    events.on('silences-changed', ({ site }) => publish({ site, event: { type: 'silences', site } })),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
