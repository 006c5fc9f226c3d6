import { z } from 'zod'
import { EpochMs, Text } from '../model/index.ts'
import { DeviceId, FaultEvent } from './events.ts'
import type { Known, Mark } from './known.ts'
import type { Entry } from './ledger.ts'

const time = EpochMs.nullable().default(null)
const marks = z.array(z.object({ name: z.string(), direct: z.boolean(), reason: Text.nullable() })).default([])

/** One device; what is as in a device that was never seen, or was seen up all the time, is left out. */
const KnownDevice = z.object({
  id: DeviceId,
  state: z.enum(['unknown', 'up', 'down']).default('unknown'),
  seenDown: z.boolean().default(false),
  downSince: time,
  flap: z.object({ changedAt: z.array(EpochMs), flapping: z.boolean() }).default({ changedAt: [], flapping: false }),
  unmanageable: z.boolean().default(false),
  unfed: z.boolean().default(false),
  maintained: z.boolean().default(false),
  imminent: marks,
  degraded: marks,
  suspects: z.array(DeviceId).nullable().default(null),
  outSince: time,
  isCause: z.boolean().default(false),
  isMet: z.boolean().default(true),
  metSince: time,
})

/** State of a diagnosis as plain JSON. Its inside belongs to this room: keep it as it is and give it back. */
export const DiagnosisSnapshot = z.object({
  version: z.literal(1),
  at: time,
  devices: z.array(KnownDevice).max(50_000),
  open: z.array(FaultEvent.omit({ event: true }).extend({ openedAt: EpochMs })).max(50_000),
})
export type DiagnosisSnapshot = z.input<typeof DiagnosisSnapshot>

export function snapshotOf(
  at: number | null,
  ids: readonly string[],
  known: readonly Known[],
  open: Iterable<Entry>,
): DiagnosisSnapshot {
  const devices: DiagnosisSnapshot['devices'] = []
  known.forEach((it, device) => {
    if (isWorthSaving(it)) devices.push(saved(ids[device] ?? '', it))
  })
  return { version: 1, at, devices, open: [...open] }
}

/** What is known of each device, by id, and the open faults. A snapshot that is none is an error of zod. */
export function restored(snapshot: DiagnosisSnapshot): { at: number | null; known: Map<string, Known>; open: Entry[] } {
  const { at, devices, open } = DiagnosisSnapshot.parse(snapshot)
  const known = devices.map(({ id, imminent, degraded, ...rest }): [string, Known] => [
    id,
    { ...rest, imminent: mapOf(imminent), degraded: mapOf(degraded) },
  ])
  return { at, known: new Map(known), open }
}

/** Nothing follows from a device having been up and no more, and most are. */
function isWorthSaving(it: Known): boolean {
  const times = it.downSince ?? it.suspects ?? it.outSince ?? it.metSince
  const marks = it.flap.changedAt.length + it.imminent.size + it.degraded.size
  const isMarked = it.seenDown || it.unmanageable || it.unfed || it.maintained || it.isCause || !it.isMet
  return it.state === 'down' || times !== null || marks > 0 || isMarked
}

function saved(id: string, known: Known): DiagnosisSnapshot['devices'][number] {
  return {
    id,
    ...(known.state === 'unknown' ? {} : { state: known.state }),
    ...(known.seenDown ? { seenDown: true } : {}),
    ...(known.downSince === null ? {} : { downSince: known.downSince }),
    ...(known.flap.changedAt.length === 0 ? {} : { flap: { ...known.flap, changedAt: [...known.flap.changedAt] } }),
    ...(known.unmanageable ? { unmanageable: true } : {}),
    ...(known.unfed ? { unfed: true } : {}),
    ...(known.maintained ? { maintained: true } : {}),
    ...(known.imminent.size === 0 ? {} : { imminent: listOf(known.imminent) }),
    ...(known.degraded.size === 0 ? {} : { degraded: listOf(known.degraded) }),
    ...(known.suspects === null ? {} : { suspects: [...known.suspects] }),
    ...(known.outSince === null ? {} : { outSince: known.outSince }),
    ...(known.isCause ? { isCause: true } : {}),
    ...(known.isMet ? {} : { isMet: false }),
    ...(known.metSince === null ? {} : { metSince: known.metSince }),
  }
}

function listOf(from: ReadonlyMap<string, Mark>) {
  return Array.from(from, ([name, mark]) => ({ name, ...mark }))
}

function mapOf(from: readonly ({ name: string } & Mark)[]): Map<string, Mark> {
  return new Map(from.map(({ name, ...mark }) => [name, mark]))
}
