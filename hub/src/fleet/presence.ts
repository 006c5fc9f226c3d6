import type { AgentHealth } from '@steward/shared/api'
import type { AgentRow } from './agents.ts'

/** Without a word for this long an agent counts as silent (fault-levels.md, section 3). */
const silentAfterMs = 45_000
/** Nobody is called silent before agents had the time to come back to a hub that was away itself. */
const graceAfterStartMs = 60_000

/** From when on an agent that has not spoken since `lastSeenAt` counts as silent. */
function silentFrom(lastSeenAt: number, hubStartedAt: number): number {
  return Math.max(lastSeenAt + silentAfterMs, hubStartedAt + graceAfterStartMs)
}

export type AgentPresence = { state: AgentHealth; lastSeenAt: number | null; connectedSince: number | null }

/** Who has spoken when, since this process started or by the database. What was heard is here at once and in the database within 15 s. */
export type Presence = {
  heard(agent: string): void
  up(agent: string): void
  down(agent: string): void
  of(row: Pick<AgentRow, 'id' | 'last_seen_at' | 'revoked_at'>): AgentPresence
  /** from when on an agent with this last word counts as silent */
  silentFrom(lastSeenAt: number): number
  /** agents heard since the last call, with the time */
  takeHeard(): Map<string, number>
}

export function createPresence(now: () => number): Presence {
  const startedAt = now()
  const seen = new Map<string, number>()
  const since = new Map<string, number>()
  let news = new Set<string>()
  const heard = (agent: string): void => {
    seen.set(agent, now())
    news.add(agent)
  }
  return {
    heard,
    up(agent) {
      heard(agent)
      since.set(agent, now())
    },
    down(agent) {
      since.delete(agent)
    },
    of(row) {
      const lastSeenAt = seen.get(row.id) ?? row.last_seen_at
      const connectedSince = since.get(row.id) ?? null
      return { state: stateOf(row.revoked_at, lastSeenAt, startedAt, now()), lastSeenAt, connectedSince }
    },
    silentFrom: (lastSeenAt) => silentFrom(lastSeenAt, startedAt),
    takeHeard() {
      const taken = news
      news = new Set()
      return new Map([...taken].map((agent) => [agent, seen.get(agent) ?? 0]))
    },
  }
}

/** How an agent is, by its last word. `waiting`: enrolled, and never heard since. */
function stateOf(revokedAt: number | null, lastSeenAt: number | null, startedAt: number, now: number): AgentHealth {
  if (revokedAt !== null) return 'revoked'
  if (lastSeenAt === null) return 'waiting'
  return now < silentFrom(lastSeenAt, startedAt) ? 'connected' : 'silent'
}
