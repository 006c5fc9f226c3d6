/** Learns a site anew when its devices have told something, and looks now and then for what is gone. */
import type { Inventory } from '../inventory/index.ts'
import type { Platform } from '../platform.ts'
import { type TopologyDb, tablesOf } from './findings.ts'
import { learnSite } from './learn.ts'

export type Topology = {
  db: TopologyDb
  inventory: Inventory
  /** Learns a site now; resolves when it is stored. */
  learn(site: string): Promise<void>
  stop(): Promise<void>
}

/** Switches of a site tell one after the other. */
const settleMs = 2000
/** Of the time between two rounds of a site, so much at most is spent on them. */
const share = 0.02
const sweepMs = 3_600_000

export function createTopology(platform: Platform, inventory: Inventory): Topology {
  const { audit, events, log, now } = platform
  const db = tablesOf(platform.db)
  const waiting = new Map<string, NodeJS.Timeout>()
  const notBefore = new Map<string, number>()
  let turn: Promise<unknown> = Promise.resolve()
  let isStopped = false

  const learn = (site: string): Promise<void> => {
    const round = turn.then(async () => {
      if (isStopped) return
      const started = performance.now()
      const isChanged = await learnSite(platform.db, audit, site, now())
      if (isChanged) events.emit('topology-learned', { site })
      const ended = performance.now()
      notBefore.set(site, ended + (ended - started) / share)
    })
    turn = round.catch(() => undefined)
    return round
  }

  const learnSoon = (site: string): void => {
    if (waiting.has(site) || isStopped) return
    const waitMs = Math.max(settleMs, (notBefore.get(site) ?? 0) - performance.now())
    const timer = setTimeout(() => {
      waiting.delete(site)
      learn(site).catch((error: unknown) => log.error({ err: error, site }, 'the topology could not be learned'))
    }, waitMs)
    waiting.set(site, timer)
  }

  const sweep = async (): Promise<void> => {
    const rows = await db.selectFrom('topology_findings').select('site').distinct().execute()
    for (const { site } of rows) learnSoon(site)
  }
  const look = (): Promise<void> =>
    sweep().catch((error: unknown) => log.error({ err: error }, 'sites could not be looked at for what is gone'))
  // What was told before the hub ended may not have been worked through.
  turn = look()
  const sweeping = setInterval(() => void look(), sweepMs)

  const stops = [
    events.on('topology-told', ({ site }) => learnSoon(site)),
    events.on('config-changed', ({ site }) => learnSoon(site)),
    events.on('site-removed', ({ site }) => {
      clearTimeout(waiting.get(site))
      waiting.delete(site)
    }),
  ]
  return {
    db,
    inventory,
    learn,
    async stop() {
      isStopped = true
      clearInterval(sweeping)
      for (const timer of waiting.values()) clearTimeout(timer)
      for (const stop of stops) stop()
      await turn
    },
  }
}
