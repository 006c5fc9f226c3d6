import type { Clock } from '../polling/contract.ts'
import { canonicalAddress } from '../vault/index.ts'
import { endGrant, type Grant, listGrants } from './grant-files.ts'

export type GrantBook = {
  /** Looks at the disk again: grants given or ended since count from now on. */
  reload(): void
  /** A grant in force for exactly this target, the one that lasts longest; null when there is none. */
  find(target: { device: string; address: string; port: number }): Grant | null
  /** How long a grant still holds, in milliseconds; 0 when it has ended or expired. */
  remainingMs(id: string): number
  inForce(): Grant[]
}

/** A clock that stands this far before the time at which a grant was given cannot say how long it still holds. */
const clockToleranceMs = 60_000

/**
 * The grants in force. Time is taken from both clocks, and whichever ends a grant first counts: setting the wall clock back
 * does not make one last longer, nor does a machine that slept.
 */
export function openGrantBook(dataDir: string, clock: Clock): GrantBook {
  const known = new Map<string, { grant: Grant; deadlineMs: number }>()

  const remainingMs = (id: string): number => {
    const it = known.get(id)
    if (it === undefined) return 0
    return Math.max(0, Math.min(it.deadlineMs - clock.monotonicMs(), it.grant.until - clock.wallMs()))
  }
  const deadlineOf = (grant: Grant): number => {
    const wall = clock.wallMs()
    if (wall < grant.from - clockToleranceMs) return Number.NEGATIVE_INFINITY
    return clock.monotonicMs() + Math.min(grant.until - wall, grant.until - grant.from)
  }
  const reload = () => {
    const onDisk = new Map(listGrants(dataDir).map((it) => [it.id, it]))
    for (const id of [...known.keys()]) if (!onDisk.has(id)) known.delete(id)
    for (const grant of onDisk.values()) {
      const deadlineMs = Math.min(known.get(grant.id)?.deadlineMs ?? Number.POSITIVE_INFINITY, deadlineOf(grant))
      known.set(grant.id, { grant, deadlineMs })
      if (clock.wallMs() < grant.until) continue
      endGrant(dataDir, grant.id)
      known.delete(grant.id)
    }
  }
  reload()
  const inForce = () => [...known.values()].map((it) => it.grant).filter((it) => remainingMs(it.id) > 0)
  return {
    reload,
    remainingMs,
    inForce,
    find({ device, address, port }) {
      const place = canonicalAddress(address)
      const fitting = inForce().filter((it) => it.device === device && it.address === place && it.port === port)
      return fitting.sort((a, b) => remainingMs(b.id) - remainingMs(a.id))[0] ?? null
    },
  }
}
