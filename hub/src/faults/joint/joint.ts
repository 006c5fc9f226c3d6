/** Sites with several agents, which the hub judges by what all of them told: when, and up to when for good. */
import { devicesByAgent, findSite } from '../../inventory/index.ts'
import type { Platform } from '../../platform.ts'
import { createSlices } from '../../slices.ts'
import type { FaultChange } from '../file-event.ts'
import type { FaultsDb } from '../rows.ts'
import type { SiteModels } from '../site-models.ts'
import { beginWhereSeveral, keepBase, readBase } from './base.ts'
import { acrossAgents } from './gather.ts'
import { fileOutcome } from './outcome.ts'
import { judge } from './replay.ts'
import { readSeen } from './seen.ts'

export type Joint = {
  /** Judges a site anew, where it is the hub that does. What is asked for meanwhile is done once. */
  judge(site: string): Promise<void>
  /** All that an agent saw up to a time is filed. */
  toldUntil(agent: string, at: number): void
  /** Judges what is due by time alone; the timer calls it every second. */
  onTime(): Promise<void>
  /** Resolves when nothing is being judged. */
  idle(): Promise<void>
}

export type JointParts = {
  platform: Platform
  db: FaultsDb
  models: SiteModels
  announce(changes: readonly FaultChange[]): Promise<void>
  /** agents that were heard ever, and are not revoked */
  heardAgents(): Promise<{ agent: string; site: string }[]>
}

/** What an agent sees is filed at the latest so long after it says that it has told everything. */
const lateMs = 60_000
/** An agent that is away for longer is not waited for: what it tells then counts from there on. */
const longestMs = 24 * 3_600_000
const advanceMs = 60_000
const againMs = 300_000

export function createJoint(parts: JointParts): Joint {
  const { platform, db } = parts
  const told = new Map<string, number>()
  const dueAt = new Map<string, number>()
  const waiting = new Map<string, Promise<void>>()
  const running = new Map<string, Promise<void>>()
  let isStarted = false
  const judgeSite = (site: string): Promise<void> => {
    const queued = waiting.get(site)
    if (queued !== undefined) return queued
    const next = (running.get(site) ?? Promise.resolve()).then(async () => {
      waiting.delete(site)
      dueAt.delete(site)
      const work = judgeNow(parts, site, told)
      const done = work.then(
        () => undefined,
        () => undefined,
      )
      running.set(site, done)
      const due = await work
      if (due !== null) dueAt.set(site, due)
    })
    waiting.set(site, next)
    return next
  }
  return {
    judge: judgeSite,
    async idle() {
      await Promise.allSettled([...waiting.values(), ...running.values()])
    },
    toldUntil: (agent, at) => void told.set(agent, Math.max(at, told.get(agent) ?? at)),
    async onTime() {
      if (!isStarted) for (const site of await jointSites(db)) dueAt.set(site, 0)
      isStarted = true
      const now = platform.now()
      for (const [site, due] of [...dueAt]) {
        if (due > now) continue
        // What fails is tried again, and the other sites are not kept waiting.
        dueAt.set(site, now + lateMs)
        await judgeSite(site).catch((error: unknown) =>
          platform.log.error({ err: error, site }, 'the faults of a site could not be judged'),
        )
      }
    },
  }
}

async function jointSites(db: FaultsDb): Promise<string[]> {
  const rows = await db.selectFrom('sites').select('id').execute()
  return rows.map((it) => it.id)
}

/** Gives when it is due again; null: the hub does not judge this site. */
async function judgeNow(parts: JointParts, site: string, told: ReadonlyMap<string, number>): Promise<number | null> {
  const { db, platform, models, announce } = parts
  const now = platform.now()
  if (!(await beginWhereSeveral(db, site, now))) return null
  const [base, configured] = [await readBase(db, site), await findSite(db, { all: true }, site)]
  if (base === null || configured === null) return null
  const settledUntil = await settledOf(parts, site, told, now)
  const model = await models.of(site)
  const agents = new Map(
    [...(await devicesByAgent(db, site))].flatMap(([agent, devices]) => devices.map((it) => [it, agent] as const)),
  )
  const devices = model.devices.map((it) => it.id)
  const maintained = new Set(base.snapshot?.devices.filter((it) => it.maintained === true).map((it) => it.id))
  const outcome = await judge(
    {
      model,
      base,
      seen: await readSeen(db, { site, from: base.at, now, devices, maintained }),
      across: acrossAgents(model, (device) => agents.get(device) ?? null),
      gatherMs: gatherMsOf(configured.settings),
      until: now,
      settledUntil,
    },
    createSlices(),
  )
  const { events, base: next } = outcome
  const changes = await db.transaction().execute(async (within) => {
    if (next.at >= base.at + advanceMs) await keepBase(within, site, next)
    return fileOutcome(within, { site, base, events, now })
  })
  await announce(changes)
  return Math.min(outcome.dueAt ?? now + againMs, now + againMs)
}

/** As long as it takes an agent to find out what another one has just found out, and to tell it. */
function gatherMsOf({ checkIntervalMs, checkTimeoutMs }: { checkIntervalMs: number; checkTimeoutMs: number }): number {
  const tellMs = 2000
  return checkIntervalMs + 2 * Math.min(1000, checkIntervalMs) + checkTimeoutMs + tellMs
}

async function settledOf(
  { heardAgents }: JointParts,
  site: string,
  told: ReadonlyMap<string, number>,
  now: number,
): Promise<number> {
  const agents = (await heardAgents()).filter((it) => it.site === site)
  const until = Math.min(now, ...agents.map((it) => told.get(it.agent) ?? 0))
  return Math.max(until - lateMs, now - longestMs)
}
