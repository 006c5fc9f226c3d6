import type { Kysely } from 'kysely'
import { type FaultsForAlerts, reconcileSite } from './reconcile.ts'
import { single } from './single.ts'

/** What alerting asks of the faults' room. */
export type FaultsPort = {
  ofSite: FaultsForAlerts
  /** sites with a fault that is open, or closed and not in `alert_told` as done */
  sitesToLookAt(db: Kysely<unknown>): Promise<string[]>
  /** a recipient was told of a fault: its history says so; a fault that is gone is no error */
  noteTold(trx: Kysely<unknown>, it: { fault: string; recipient: string; channel: string; at: number }): Promise<void>
}

export type ReconcilerDeps = {
  db: Kysely<unknown>
  now(): number
  faults: FaultsPort
  warn(message: string, details: Record<string, unknown>): void
  /** called when there is something new to send */
  written(): void
  /** called when other faults of the site are silenced than before */
  silencedChanged(site: string): void
}

export type Reconciler = { look(site: string): void; stop(): Promise<void> }

/** What falls due without any event (maintenance that ends), or was missed, is found at the latest after this long. */
const sweepEveryMs = 15_000

/** Decides site after site: at once where something changed, and all in turn at the start and every 15 s. */
export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const waiting = new Set<string>()
  const silencedAt = new Map<string, string>()
  let sweep = true
  let stopped = false

  const one = async (site: string): Promise<void> => {
    try {
      const { written, silenced } = await reconcileSite(deps.db, { site, now: deps.now(), faults: deps.faults.ofSite })
      if (written > 0) deps.written()
      noticeSilenced(site, silenced)
    } catch (error) {
      // Nothing was written; the next sweep tries again.
      deps.warn('alerts could not be decided', { site, error: error instanceof Error ? error.message : String(error) })
    }
  }

  /** A silence that begins or ends by time alone is told by nobody else. */
  const noticeSilenced = (site: string, silenced: readonly string[]): void => {
    const now = [...silenced].sort().join(' ')
    const before = silencedAt.get(site) ?? ''
    if (now === '') silencedAt.delete(site)
    else silencedAt.set(site, now)
    if (now !== before) deps.silencedChanged(site)
  }

  const worker = single(async () => {
    if (sweep) {
      sweep = false
      const sites = await deps.faults.sitesToLookAt(deps.db).catch((error: unknown) => {
        deps.warn('faults could not be read for alerts', { error: String(error) })
        return []
      })
      for (const site of sites) waiting.add(site)
    }
    for (const site of waiting) {
      if (stopped) return
      waiting.delete(site)
      await one(site)
    }
  })
  const timer = setInterval(() => {
    sweep = true
    worker.wake()
  }, sweepEveryMs)
  worker.wake()
  return {
    look(site) {
      waiting.add(site)
      if (!stopped) worker.wake()
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      await worker.idle()
    },
  }
}
