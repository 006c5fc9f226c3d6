import type { DeviceState } from '@steward/shared/model'
import type { AgentRecord } from '@steward/shared/wire'
import type { Kysely } from 'kysely'
import type { Audit } from '../audit/index.ts'
import {
  closeUnreachable,
  type FaultChange,
  type FaultTables,
  fileFaultEvent,
  fileMark,
  isJointlyJudged,
  type SilenceChange,
} from '../faults/index.ts'
import { type AgentIdentity, type FleetTables, fileClock, fileProblem } from '../fleet/index.ts'
import { fileIdentity, fileSecret, fileState, type InventoryTables } from '../inventory/index.ts'
import { fileMessage, type MessageTables } from '../messages/index.ts'
import { filePoints, type PointTables } from '../timeseries/index.ts'
import { fileTopology, type TopologyTables } from '../topology/index.ts'
import type { IngestTables } from './schema.ts'

/** One transaction as each room sees it. */
type Views = {
  all: Kysely<unknown>
  faults: Kysely<FaultTables & InventoryTables>
  fleet: Kysely<FleetTables>
  inventory: Kysely<InventoryTables>
  messages: Kysely<MessageTables>
  points: Kysely<PointTables>
  topology: Kysely<TopologyTables>
}

function viewsOf(all: Kysely<unknown>): Views {
  return {
    all,
    faults: all.withTables<FaultTables & InventoryTables>(),
    fleet: all.withTables<FleetTables>(),
    inventory: all.withTables<InventoryTables>(),
    messages: all.withTables<MessageTables>(),
    points: all.withTables<PointTables>(),
    topology: all.withTables<TopologyTables>(),
  }
}

/** What others are told of a batch once it is stored. */
export type Filed = {
  faults: FaultChange[]
  states: { device: string; state: DeviceState; at: number }[]
  silence: SilenceChange | null
  /** the hub judges the site, by what all of its agents see */
  isJoint: boolean
}

export type Filing = {
  agent: AgentIdentity
  epoch: string
  seq: number
  records: readonly AgentRecord[]
  isDevice(device: string): boolean
  audit: Audit
  /** how far the agent's clock is off; null when it is as it was at the last batch */
  clock: { skewMs: number } | null
  now: number
}

/** Everything of a batch but its samples, and its number, in one transaction. Null when it was stored before. */
export async function fileBatch(db: Kysely<unknown>, filing: Filing): Promise<Filed | null> {
  return db.transaction().execute(async (within) => {
    if (!(await takeNumber(within, filing))) return null
    const { site, id: agent } = filing.agent
    const views = viewsOf(within)
    const silence = await closeUnreachable(views.faults, { site, agent, now: filing.now })
    const isJoint = await isJointlyJudged(views.faults, site)
    const filed: Filed = { faults: [], states: [], silence, isJoint }
    if (filing.clock !== null) await fileClock(views.fleet, filing.agent.id, filing.clock.skewMs, filing.now)
    for (const record of filing.records) await fileRecord(views, filing, record, filed)
    return filed
  })
}

/** The last number stored of an agent's epoch; 0 where there is none. */
export async function lastNumber(db: Kysely<unknown>, agent: string, epoch: string): Promise<number> {
  const row = await db
    .withTables<IngestTables>()
    .selectFrom('ingest_sequences')
    .select('seq')
    .where('agent', '=', agent)
    .where('epoch', '=', epoch)
    .executeTakeFirst()
  return row?.seq ?? 0
}

/** True when no batch of this number, or of a later one, was stored. */
async function takeNumber(db: Kysely<unknown>, { agent, epoch, seq, now }: Filing): Promise<boolean> {
  const done = await db
    .withTables<IngestTables>()
    .insertInto('ingest_sequences')
    .values({ agent: agent.id, epoch, seq, at: now })
    .onConflict((it) =>
      it.columns(['agent', 'epoch']).doUpdateSet({ seq, at: now }).where('ingest_sequences.seq', '<', seq),
    )
    .executeTakeFirst()
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n
}

async function fileRecord(views: Views, filing: Filing, record: AgentRecord, filed: Filed): Promise<void> {
  const { agent, now } = filing
  const { site } = agent
  switch (record.type) {
    case 'samples':
      return
    case 'points':
      return filePoints(views.points, { site, ...record })
    case 'identity':
      return fileIdentity(views.inventory, { site, ...record })
    case 'message':
      return fileMessage(views.messages, { site, ...record })
    case 'topology':
      return fileTopology(views.topology, { site, ...record })
    case 'secret':
      return fileSecret(views.inventory, { site, ...record })
    case 'problem':
      return fileProblem(views.fleet, agent.id, record)
    case 'state': {
      const isPresent = await fileState(views.inventory, { site, ...record })
      if (isPresent) filed.states.push({ device: record.device, state: record.state, at: record.at })
      return
    }
    case 'mark':
      return fileMark(views.faults, { site, ...record })
    case 'fault': {
      // What one agent of several makes of it counts for itself, while it is cut off.
      if (filed.isJoint) return
      // One of a device that was taken out of the inventory is filed where it is known, so that it can end.
      const onlyKnown = !filing.isDevice(record.event.cause)
      filed.faults.push(...(await fileFaultEvent(views.faults, site, record.event, now, { onlyKnown })))
      return
    }
    case 'lost':
    case 'audit':
      return writeAudit(views.all, filing, record)
  }
}

async function writeAudit(
  db: Kysely<unknown>,
  { agent, audit }: Filing,
  record: Extract<AgentRecord, { type: 'audit' | 'lost' }>,
): Promise<void> {
  const { site, customer } = agent
  const at = new Date(record.at).toISOString()
  const base = { site, customer, who: `agent:${agent.id}` }
  if (record.type === 'lost') {
    const { from, to, records, bytes, what } = record
    const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    const detail = { at, what, records, bytes, ...span }
    return audit.write({ ...base, action: 'agent.lost-records', target: agent.id, detail }, db)
  }
  const who = record.who === '' ? base.who : `${base.who} ${record.who}`
  const detail = { ...record.detail, at }
  return audit.write({ ...base, who, action: record.action, target: record.device ?? agent.id, detail }, db)
}
