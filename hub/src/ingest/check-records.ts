import { Slug } from '@steward/shared/model'
import { AgentRecord, type AgentRecordOf } from '@steward/shared/wire'
import { createSlices } from '../slices.ts'

export type Rejected = { index: number; message: string }
export type Checked = { records: AgentRecord[]; rejected: Rejected[] }

/** So many rejections are told; the rest of a batch that is all wrong says nothing new. */
const maxTold = 100

/** The engine makes them of a device's name and a time. */
const maxFaultId = 130

export type CheckOptions = {
  /** devices of the agent's own site */
  isDevice(device: string): boolean
  toHubTime(at: number): number
}

/** Checks records one by one: a bad one is left out and named by its place, the others are kept. */
export async function checkRecords(raw: readonly unknown[], options: CheckOptions): Promise<Checked> {
  const breathe = createSlices()
  const checked: Checked = { records: [], rejected: [] }
  for (const [index, value] of raw.entries()) {
    const record = checkRecord(value, options)
    if (typeof record !== 'string') checked.records.push(record)
    else if (checked.rejected.length < maxTold) checked.rejected.push({ index, message: record })
    await breathe()
  }
  return checked
}

/** The record with the hub's times, or what is wrong with it. */
function checkRecord(value: unknown, { isDevice, toHubTime }: CheckOptions): AgentRecord | string {
  const parsed = AgentRecord.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = issue?.path.join('.') ?? ''
    return `${path === '' ? 'record' : path}: ${issue?.message ?? 'not valid'}`.slice(0, 300)
  }
  const record = parsed.data
  const device = record.type === 'mark' ? record.input.device : 'device' in record ? record.device : undefined
  if (device !== undefined && !isDevice(device)) return `device: "${device}" is no device of this site`
  const at = toHubTime(record.at)
  if (record.type !== 'fault') return { ...record, at }
  const wrong = wrongInFault(record)
  return wrong ?? { ...record, at, event: { ...record.event, at: toHubTime(record.event.at) } }
}

/** The engine's names are free; here they become devices in addresses, and one kind of fault is the hub's own. */
function wrongInFault({ event }: AgentRecordOf<'fault'>): string | null {
  if (event.kind === 'site-unreachable') return 'event.kind: only the hub says that a site is unreachable'
  // With the site before it, it is a fault's id in addresses.
  if (Math.max(event.fault.length, event.incident?.length ?? 0) > maxFaultId) return 'event.fault: too long'
  const odd = [event.cause, ...event.affected].find((it) => !Slug.safeParse(it).success)
  return odd === undefined ? null : `event: "${odd.slice(0, 70)}" is no name of a device`
}
