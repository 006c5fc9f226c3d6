import { z } from 'zod'
import { FaultEvent, MarkInput } from '../diagnosis/events.ts'
import {
  DeviceMessage,
  DeviceState,
  EpochMs,
  Identity,
  PointDescriptor,
  PointId,
  PointValue,
  Slug,
  Text,
} from '../model/index.ts'
import { TopologyFindings } from '../topology/index.ts'
import { batchLimits } from './paths.ts'

const at = EpochMs

/** The values of one device read at one time. */
const Samples = z.object({ type: z.literal('samples'), at, device: Slug, values: z.record(PointId, PointValue) })

/** All points that a device has now; replaces what was known. */
const Points = z.object({ type: z.literal('points'), at, device: Slug, points: z.array(PointDescriptor).max(5000) })

/** A device changed its state at `at`; `reason` says what was seen (timed out, refused, answered). */
const State = z.object({ type: z.literal('state'), at, device: Slug, state: DeviceState, reason: Text })

const DeviceIdentity = z.object({ type: z.literal('identity'), at, device: Slug, identity: Identity })

/** A fault opened, changed or closed. */
const Fault = z.object({ type: z.literal('fault'), at, event: FaultEvent })

/** What the agent judges by beside the states, for the hub to judge what no single agent of a site sees. */
const Mark = z.object({ type: z.literal('mark'), at, input: MarkInput })

/** Whether the agent holds a secret for the device, and whether the device took it (null: not tried yet). */
const Secret = z.object({
  type: z.literal('secret'),
  at,
  device: Slug,
  set: z.boolean(),
  works: z.boolean().nullable(),
})

/** What a device told of its place in the network; replaces what was known of it. */
const Topology = z.object({ type: z.literal('topology'), at, device: Slug, findings: TopologyFindings })

/** A device said something by itself: a trap, an inform, a line of syslog. */
const Message = z.object({ type: z.literal('message'), at, device: Slug, message: DeviceMessage })

/** Something that a person must mend at the agent or in its configuration; `over` when it is mended. */
const AgentProblem = z.object({
  type: z.literal('problem'),
  at,
  key: z.string().max(200),
  code: z.string().max(80),
  device: Slug.optional(),
  message: z.string().max(1000),
  over: z.boolean().default(false),
})

/** The outbox was full and dropped this much, oldest samples first. */
const Lost = z.object({
  type: z.literal('lost'),
  at,
  from: EpochMs,
  to: EpochMs,
  records: z.int().min(1),
  bytes: z.int().min(1),
  what: z.enum(['samples', 'faults', 'other']),
})

/** One line of the agent's own audit log. */
const Audit = z.object({
  type: z.literal('audit'),
  at,
  action: z.string().max(80),
  device: Slug.optional(),
  who: z.string().max(200).default(''),
  detail: z.record(z.string(), z.union([z.string().max(1000), z.number(), z.boolean()])).default({}),
})

export const AgentRecord = z.discriminatedUnion('type', [
  Samples,
  Points,
  State,
  DeviceIdentity,
  Fault,
  Mark,
  Secret,
  Topology,
  Message,
  AgentProblem,
  Lost,
  Audit,
])
export type AgentRecord = z.infer<typeof AgentRecord>
export type AgentRecordOf<Type extends AgentRecord['type']> = Extract<AgentRecord, { type: Type }>

/**
 * POST batches (JSON, gzip allowed). `epoch` is the outbox's own id, `seq` rises by at least one a batch within it; gaps are
 * legal. The envelope is checked whole; records one by one, so that a bad one loses itself and not the batch.
 */
export const BatchEnvelope = z.object({
  epoch: z.uuid(),
  seq: z.int().min(1),
  sentAt: EpochMs,
  records: z.array(z.unknown()).max(batchLimits.maxRecords),
})
export type BatchEnvelope = z.infer<typeof BatchEnvelope>

/** `acknowledged`: everything of this epoch up to this sequence is stored; `rejected` names what was left out and why. */
export const BatchReceipt = z.object({
  acknowledged: z.int().min(0),
  rejected: z.array(z.object({ index: z.int(), message: z.string() })).max(100),
})
export type BatchReceipt = z.infer<typeof BatchReceipt>
