/** The faults as a value: what agents tell of them, what the hub adds, and who is told. */
import type { InventoryTables } from '../inventory/index.ts'
import { underMaintenance } from '../inventory/index.ts'
import type { Platform } from '../platform.ts'
import type { FaultChange } from './file-event.ts'
import { createJoint, type Joint } from './joint/joint.ts'
import { describeFaults } from './read.ts'
import { type FaultsDb, faultRows } from './rows.ts'
import type { FaultTables } from './schema.ts'
import { decideSilence, type Listened } from './silence.ts'
import { createSiteModels, type SiteModels } from './site-models.ts'
import { closeAllOf, closeUnreachable, openUnreachable, type SilenceChange } from './unreachable.ts'

/** An agent that was heard once and not revoked. */
export type HeardAgent = { agent: string; site: string; lastSeenAt: number; silentFrom: number }

export type FaultOptions = Platform & {
  /** all agents that should be heard now */
  heardAgents(): Promise<HeardAgent[]>
}

export type Faults = {
  db: FaultsDb
  platform: Platform
  models: SiteModels
  /** Tells everybody who listens what became of these faults; call it once the transaction is through. */
  announce(changes: readonly FaultChange[]): Promise<void>
  announceSilence(site: string, change: SilenceChange): Promise<void>
  /** sites that the hub judges itself */
  joint: Joint
  /** Looks who has fallen silent and who speaks again; the timer calls it every second. */
  lookForSilence(): Promise<void>
  stop(): Promise<void>
}

const lookEveryMs = 1000

export function createFaults(options: FaultOptions): Faults {
  const { now, events, log } = options
  const db: FaultsDb = options.db.withTables<FaultTables & InventoryTables>()
  const models = createSiteModels(db)
  const announce = async (changes: readonly FaultChange[]): Promise<void> => {
    if (changes.length === 0) return
    const rows = await faultRows(db, [...new Set(changes.map((it) => it.fault))])
    const shown = new Map((await describeFaults(db, rows, now())).map((it) => [it.id, it]))
    for (const { fault: id, change, at } of changes) {
      const fault = shown.get(id)
      if (fault !== undefined) events.emit('fault', { change, fault, at })
    }
  }
  const announceSilence = async (site: string, { fault, states }: SilenceChange): Promise<void> => {
    await announce([fault])
    for (const { device, state } of states) events.emit('device-state', { site, device, state, at: fault.at })
  }
  const lookForSilence = (): Promise<void> => look(options, db, announceSilence)
  const joint = createJoint({ platform: options, db, models, announce, heardAgents: options.heardAgents })
  const judgeAnew = (site: string): void => {
    joint
      .judge(site)
      .catch((error: unknown) => log.error({ err: error, site }, 'the faults of a site could not be judged'))
  }
  const unsubscribe = [
    events.on('config-changed', ({ site }) => {
      models.forget(site)
      judgeAnew(site)
    }),
    events.on('agent-state', ({ site, agent, state }) => {
      // A second agent, perhaps.
      if (state === 'waiting') judgeAnew(site)
      if (state !== 'revoked') return
      closeAll(options, db, announce, { site, agent })
        .then(() => joint.judge(site))
        .catch((error: unknown) =>
          log.error({ err: error }, 'the faults of a site that lost its agent could not be closed'),
        )
    }),
  ]
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    looking ??= lookForSilence()
      .then(() => joint.onTime())
      .catch((error: unknown) => log.error({ err: error }, 'silent agents could not be looked for'))
      .finally(() => {
        looking = undefined
      })
  }, lookEveryMs)
  return {
    db,
    platform: options,
    models,
    announce,
    announceSilence,
    joint,
    lookForSilence,
    async stop() {
      clearInterval(timer)
      for (const it of unsubscribe) it()
      await looking
      await joint.idle()
    },
  }
}

async function look(
  options: FaultOptions,
  db: FaultsDb,
  announce: (site: string, change: SilenceChange) => Promise<void>,
): Promise<void> {
  const { now, events } = options
  const { open, close } = decideSilence(await listenedTo(options, db), now())
  // Agents of a site that fall silent together are one fault from the beginning.
  for (const [site, agents] of Map.groupBy(open, (it) => it.site)) {
    const change = await inTransaction(db, (within) => openUnreachable(within, { site, agents, now: now() }))
    if (change === null) continue
    for (const { agent } of agents) events.emit('agent-state', { site, agent, state: 'silent', at: now() })
    await announce(site, change)
  }
  for (const { site, agent } of close) {
    const change = await inTransaction(db, (within) => closeUnreachable(within, { site, agent, now: now() }))
    if (change !== null) await announce(site, change)
  }
}

type ListenedAgent = Listened & HeardAgent

async function listenedTo(options: FaultOptions, db: FaultsDb): Promise<ListenedAgent[]> {
  const agents = await options.heardAgents()
  const rows = await db.selectFrom('silent_agents').select('agent').execute()
  const silent = new Set(rows.map((it) => it.agent))
  const time = options.now()
  return Promise.all(
    agents.map(async (it) => ({
      ...it,
      isFault: silent.has(it.agent),
      // Asked only of those that it matters for.
      underMaintenance: time >= it.silentFrom && (await underMaintenance(db, it.site, time)).all,
    })),
  )
}

async function closeAll(
  { now, events }: FaultOptions,
  db: FaultsDb,
  announce: Faults['announce'],
  it: { site: string; agent: string },
): Promise<void> {
  const at = now()
  const { faults, devices } = await inTransaction(db, (within) => closeAllOf(within, { ...it, now: at }))
  await announce(faults)
  for (const device of devices) events.emit('device-state', { site: it.site, device, state: 'unknown', at })
}

function inTransaction<T>(db: FaultsDb, work: (within: FaultsDb) => Promise<T>): Promise<T> {
  return db.transaction().execute(work)
}
