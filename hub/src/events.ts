/** What hub rooms tell each other, typed; a listener that fails is logged and harms nobody else. */
import type { AgentHealth, Fault } from '@steward/shared/api'
import type { DeviceState, PointValue } from '@steward/shared/model'

export type HubEventMap = {
  fault: { change: 'opened' | 'changed' | 'closed' | 'acknowledged'; fault: Fault; at: number }
  'device-state': { site: string; device: string; state: DeviceState; at: number }
  reading: { site: string; device: string; at: number; values: Record<string, PointValue> }
  'agent-state': { site: string; agent: string; state: AgentHealth; at: number }
  enrolment: { site: string; id: string; state: string }
  'config-changed': { site: string }
  /** devices of the site told of their place in the network */
  'topology-told': { site: string }
  /** what was learned of who hangs on whom is not what it was */
  'topology-learned': { site: string }
  /** silences of the site were made, changed or ended, or one begins or ends for what is open there */
  'silences-changed': { site: string }
  /** rooms forget what they keep of it: another customer may get a site of this name */
  'site-removed': { site: string }
  /** rights were taken away: live streams and tunnels of these end */
  'access-revoked': { person: string } | { key: string }
}

export type HubEvents = {
  on<Name extends keyof HubEventMap>(name: Name, listener: (event: HubEventMap[Name]) => void): () => void
  emit<Name extends keyof HubEventMap>(name: Name, event: HubEventMap[Name]): void
}

type Listeners = { [Name in keyof HubEventMap]: Set<(event: HubEventMap[Name]) => void> }

export function createHubEvents(onError: (error: unknown, name: string) => void): HubEvents {
  const listeners: Listeners = {
    fault: new Set(),
    'device-state': new Set(),
    reading: new Set(),
    'agent-state': new Set(),
    enrolment: new Set(),
    'config-changed': new Set(),
    'topology-told': new Set(),
    'topology-learned': new Set(),
    'silences-changed': new Set(),
    'site-removed': new Set(),
    'access-revoked': new Set(),
  }
  return {
    on(name, listener) {
      listeners[name].add(listener)
      return () => listeners[name].delete(listener)
    },
    emit(name, event) {
      for (const listener of [...listeners[name]]) {
        try {
          listener(event)
        } catch (error) {
          onError(error, name)
        }
      }
    },
  }
}
