/** Takes batches: checks, stores values first and then everything else with the batch's number, and answers. */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { AgentRecord, BatchReceipt } from '@steward/shared/wire'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Faults } from '../faults/index.ts'
import type { AgentIdentity, Fleet } from '../fleet/index.ts'
import type { InventoryTables } from '../inventory/index.ts'
import type { Platform } from '../platform.ts'
import { createSlices } from '../slices.ts'
import type { TimeSeriesStore } from '../timeseries/index.ts'
import { checkRecords } from './check-records.ts'
import { clockOf } from './clock.ts'
import { createDevicesOfSite } from './devices-of-site.ts'
import type { Batch } from './envelope.ts'
import { type Filed, fileBatch, lastNumber } from './file-records.ts'

export type IngestOptions = Platform & {
  store: TimeSeriesStore
  fleet: Pick<Fleet, 'authenticate' | 'presence' | 'noteReading'>
  faults: Pick<Faults, 'announce' | 'announceSilence' | 'joint'>
}

/** Since the start. */
export type IngestFigures = { batches: number; records: number; values: number; rejected: number }

export type Ingest = {
  options: IngestOptions
  /** Stores a batch; when it resolves, all of it is durable. A batch that was stored before is only acknowledged. */
  take(agent: AgentIdentity, batch: Batch): Promise<z.output<typeof BatchReceipt>>
  figures(): IngestFigures
  /** why batches cannot be stored, or null; after the first one that can be, null again */
  trouble(): string | null
  stop(): void
}

/** Values older than this are no news: after a gap is filled nobody is shown yesterday's readings one by one. */
const newsMs = 60_000

export function createIngest(options: IngestOptions): Ingest {
  const { db } = options
  const devices = createDevicesOfSite(db.withTables<InventoryTables>(), options.events)
  const figures: IngestFigures = { batches: 0, records: 0, values: 0, rejected: 0 }
  const taking = new Set<string>()
  const skews = new Map<string, number>()
  let trouble: string | null = null
  return {
    options,
    figures: () => ({ ...figures }),
    trouble: () => trouble,
    stop: devices.stop,
    async take(agent, batch) {
      // One after the other: two tries of a batch at a time would both be new.
      if (taking.has(agent.id)) {
        throw new StewardError(
          'access/too-many-requests',
          'Another batch of this agent is being stored; send it again.',
        )
      }
      taking.add(agent.id)
      try {
        const known = await devices.of(agent.site)
        const receipt = await takeBatch({ options, db, figures, skews, devices: known }, agent, batch)
        trouble = null
        return receipt
      } catch (error) {
        if (!isStewardError(error)) trouble = 'what agents send cannot be stored; see the log'
        throw error
      } finally {
        taking.delete(agent.id)
      }
    },
  }
}

type Parts = {
  options: IngestOptions
  db: Kysely<unknown>
  figures: IngestFigures
  /** by agent, how far its clock was off at its last batch */
  skews: Map<string, number>
  devices: ReadonlySet<string>
}

async function takeBatch(
  { options, db, figures, skews, devices }: Parts,
  agent: AgentIdentity,
  { epoch, seq, sentAt, records: raw }: Batch,
): Promise<z.output<typeof BatchReceipt>> {
  const now = options.now()
  options.fleet.presence.heard(agent.id)
  const stored = await lastNumber(db, agent.id, epoch)
  if (seq <= stored) return { acknowledged: stored, rejected: [] }
  const isDevice = (device: string): boolean => devices.has(device)
  const { toHubTime, skewMs } = clockOf(sentAt, now)
  const { records, rejected } = await checkRecords(raw, { isDevice, toHubTime })
  const samples = records.filter((it) => it.type === 'samples')
  const { site, customer } = agent
  const values = samples.length === 0 ? 0 : (await options.store.write({ customer, site, samples })).stored
  const clock = isSameClock(skews.get(agent.id), skewMs) ? null : { skewMs }
  const filed = await fileBatch(db, { agent, epoch, seq, records, isDevice, audit: options.audit, clock, now })
  if (filed === null) return { acknowledged: Math.max(seq, await lastNumber(db, agent.id, epoch)), rejected: [] }
  skews.set(agent.id, skewMs)
  figures.batches += 1
  figures.records += records.length
  figures.values += values
  figures.rejected += raw.length - records.length
  // It is stored: whatever fails from here on is the hub's own trouble, not the agent's.
  tell(options, agent, filed, records).catch((error: unknown) => {
    options.log.error({ err: error }, 'what an agent told could not be passed on')
  })
  return { acknowledged: seq, rejected }
}

/** A minute more or less is no news; whether the clock is right is. */
function isSameClock(before: number | undefined, skewMs: number): boolean {
  if (before === undefined) return false
  return (before === 0) === (skewMs === 0) && Math.abs(before - skewMs) < 60_000
}

/** States are sent before values, so that a batch with values, or an empty one, holds the last of them. */
async function judgeJointly(
  joint: Faults['joint'],
  { id, site }: Pick<AgentIdentity, 'id' | 'site'>,
  records: readonly AgentRecord[],
  now: number,
): Promise<void> {
  const seen = records.filter((it) => it.type === 'state' || it.type === 'mark')
  const isAll = records.length === 0 || records.some((it) => it.type === 'samples')
  const until = isAll ? now : Math.max(...seen.map((it) => it.at))
  if (Number.isFinite(until)) joint.toldUntil(id, until)
  if (seen.length > 0) await joint.judge(site)
}

async function tell(
  { events, faults, fleet, now }: IngestOptions,
  { id, site }: AgentIdentity,
  filed: Filed,
  records: readonly AgentRecord[],
): Promise<void> {
  const breathe = createSlices()
  if (filed.silence !== null) await faults.announceSilence(site, filed.silence)
  await faults.announce(filed.faults)
  if (filed.isJoint) await judgeJointly(faults.joint, { id, site }, records, now())
  for (const state of filed.states) {
    events.emit('device-state', { site, ...state })
    await breathe()
  }
  if (records.some((it) => it.type === 'topology')) events.emit('topology-told', { site })
  const newsFrom = now() - newsMs
  for (const record of records) {
    if (record.type !== 'samples' || record.at < newsFrom) continue
    events.emit('reading', { site, device: record.device, at: record.at, values: record.values })
    await breathe()
  }
  // A site of which nothing but up and down is asked is read as well.
  if (records.some((it) => it.type === 'samples' || it.type === 'state')) await fleet.noteReading(id)
}
