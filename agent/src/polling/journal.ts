/**
 * What goes to the outbox: records, each told once, together with the state that remembers it. Collected for a moment, so that
 * a storm of changes is one transaction and not a thousand.
 */
import { createHash } from 'node:crypto'
import type { MarkInput } from '@steward/shared/diagnosis'
import { type DeviceState, type Identity, PointDescriptor, type Text } from '@steward/shared/model'
import type { TopologyFindings } from '@steward/shared/topology'
import type { AgentRecord } from '@steward/shared/wire'
import type { PollingOptions } from './contract.ts'
import { freshTold, type SavedState, stateName, type ToldDevice, toldName } from './saved-state.ts'

export type Journal = {
  samples(device: string, at: number, values: Extract<AgentRecord, { type: 'samples' }>['values']): void
  faults(events: readonly Extract<AgentRecord, { type: 'fault' }>['event'][]): void
  state(device: string, at: number, state: DeviceState, reason: Text): void
  /** What the diagnosis is told beside states, where it is news. */
  mark(at: number, input: MarkInput): void
  points(device: string, at: number, points: readonly PointDescriptor[]): void
  identity(device: string, at: number, identity: Identity): void
  secret(device: string, at: number, secret: { set: boolean; works: boolean | null }): void
  /** Told whenever it was learned, so that its age is known; not more often than every half hour where the neighbours are the same. */
  topology(device: string, at: number, findings: TopologyFindings): void
  /** `null`: the problem is over. */
  problem(key: string, device: string, at: number, problem: { code: string; message: string } | null): void
  /** code of the problem that was told last and is not over */
  problemOf(key: string): string | undefined
  toldOf(device: string): ToldDevice
  /** Forgets devices that are gone. */
  keepOnly(exists: (device: string) => boolean): void
  /** Something that is saved has changed, though there is nothing to tell. */
  touch(): void
  flush(): void
}

const collectMs = 50
/** What is collected is not kept for longer than it takes to read this much. */
const collectRecords = 64

/** A switch whose rows come and go is learned every few minutes: its tables are large, and say the same. */
const sameTopologyMs = 30 * 60_000

export function createJournal(
  saved: Pick<SavedState, 'told' | 'problems'>,
  record: PollingOptions['record'],
  stateNow: (problems: SavedState['problems']) => Omit<SavedState, 'told'>,
): Journal {
  const told = new Map(Object.entries(saved.told))
  const problems = new Map(Object.entries(saved.problems))
  const topologies = new Map<string, { at: number; print: string }>()
  let records: AgentRecord[] = []
  /** devices of which something else was told since, or that are gone */
  const changed = new Set<string>()
  let isDirty = false
  let timer: NodeJS.Timeout | null = null

  const changesOfState = (): Record<string, string | null> => {
    const state: Record<string, string | null> = { [stateName]: JSON.stringify(stateNow(Object.fromEntries(problems))) }
    for (const device of changed) {
      const known = told.get(device)
      state[toldName(device)] = known === undefined ? null : JSON.stringify(known)
    }
    changed.clear()
    return state
  }

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (records.length === 0 && !isDirty) return
    const out = records
    const state = isDirty ? changesOfState() : null
    records = []
    isDirty = false
    record(out, state)
  }

  const push = (it: AgentRecord, changesState: boolean): void => {
    records.push(it)
    isDirty ||= changesState
    if (changesState && 'device' in it && it.device !== undefined) changed.add(it.device)
    if (records.length >= collectRecords) flush()
    else timer ??= setTimeout(flush, collectMs)
  }

  const toldOf = (device: string): ToldDevice => {
    const known = told.get(device) ?? freshTold()
    told.set(device, known)
    return known
  }

  return {
    toldOf,
    problemOf: (key) => problems.get(key),
    flush,
    touch() {
      isDirty = true
      timer ??= setTimeout(flush, collectMs)
    },
    samples: (device, at, values) => push({ type: 'samples', at, device, values }, false),
    faults(events) {
      for (const event of events) push({ type: 'fault', at: event.at, event }, true)
    },
    state(device, at, state, reason) {
      const known = toldOf(device)
      if (known.state === state) return
      known.state = state
      push({ type: 'state', at, device, state, reason }, true)
    },
    mark: (at, input) => push({ type: 'mark', at, input }, true),
    points(device, at, points) {
      const known = toldOf(device)
      const plain = points.map((it) => PointDescriptor.parse(it))
      const print = fingerprint(plain)
      if (known.points === print) return
      known.points = print
      push({ type: 'points', at, device, points: plain }, true)
    },
    identity(device, at, identity) {
      const known = toldOf(device)
      const print = fingerprint(identity)
      if (known.identity === print) return
      known.identity = print
      push({ type: 'identity', at, device, identity }, true)
    },
    secret(device, at, secret) {
      const known = toldOf(device)
      if (known.secret?.set === secret.set && known.secret.works === secret.works) return
      known.secret = secret
      push({ type: 'secret', at, device, ...secret }, true)
    },
    topology(device, at, findings) {
      const { forwarding: _forwarding, arp: _arp, ...rest } = findings
      const print = fingerprint(rest)
      const last = topologies.get(device)
      if (last?.print === print && at - last.at < sameTopologyMs) return
      topologies.set(device, { at, print })
      push({ type: 'topology', at, device, findings }, false)
    },
    problem(key, device, at, problem) {
      const before = problems.get(key)
      if (before === problem?.code) return
      if (problem === null) problems.delete(key)
      else problems.set(key, problem.code)
      const { code, message } = problem ?? { code: before ?? '', message: 'mended' }
      push({ type: 'problem', at, key, code, device, message: message.slice(0, 1000), over: problem === null }, true)
    },
    keepOnly(exists) {
      for (const device of [...told.keys()]) {
        if (exists(device)) continue
        told.delete(device)
        changed.add(device)
      }
      for (const device of [...topologies.keys()]) if (!exists(device)) topologies.delete(device)
    },
  }
}

function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)
}
