/** A random site whose devices break and are mended, checked by the agent's own judge against a simulated clock. */
import type { DiagnosisInput, DiagnosisSnapshot, OpenFault, SiteModel } from '@steward/shared/diagnosis'
import { DeviceModel, type MaintenanceWindow, PollingSettings } from '@steward/shared/model'
import type { AgentRecord } from '@steward/shared/wire'
import { createJournal } from '../../agent/src/polling/journal.ts'
import { createJudge } from '../../agent/src/polling/judge.ts'
import { emptyState } from '../../agent/src/polling/saved-state.ts'
import type { Site } from '../../agent/src/polling/site.ts'
import { ableIf } from '../contract/diagnosis-slow-definitions.ts'
import { type SlowFault, slowReading } from '../contract/diagnosis-slow-reading.ts'

type Random = (below: number) => number

/** mulberry32 */
export function randomOf(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

const intervalMs = 10_000
/** How long a check takes that is not answered; what is answered takes no time. */
const patienceMs = 1000
const startMs = 1_767_225_600_000

export type Chaos = {
  change(): void
  /** lets the clock run, with every check and everything that falls due */
  run(ms: number): void
  mendAll(): void
  /** devices that do not answer in truth, and those that the judge calls down, or unmanageable: each until it answers */
  silent(): string[]
  down(): string[]
  /** what the judge has open, and what a slow reading of the definitions has */
  open(): { judged: Record<string, SlowFault>; read: Record<string, SlowFault> }
  told(): AgentRecord[]
}

export function createChaos(model: SiteModel, random: Random): Chaos {
  const ids = model.devices.map((it) => it.id)
  const slowSite = { model, ids, maintained: () => false }
  const broken = new Set<string>()
  const records: AgentRecord[] = []
  const windows: MaintenanceWindow[] = []
  /** when a window begins or ends */
  let edges: number[] = []
  let answering = ableIf(slowSite, broken)
  let now = startMs
  let asked: { device: string; startedAtMs: number; answerAtMs: number; ok: boolean }[] = []
  const nextCheck = new Map(ids.map((id, i) => [id, startMs + 137 * i]))
  const journal = createJournal(
    emptyState,
    (it) => records.push(...it),
    (problems) => ({
      ...emptyState,
      problems,
    }),
  )
  const judge = createJudge({
    site: siteOf(model, windows),
    snapshot: null,
    journal,
    now: () => now,
    firstCheckAtMs: (id) => nextCheck.get(id) ?? startMs,
  })
  const follower = followerOf(model)
  /** After every word to the judge: what it holds for true now is what the slow reading is told. */
  const follow = (): void => {
    follower.follow(now, judge.snapshot())
    journal.flush()
  }

  const ask = (device: string): void => {
    if (asked.some((it) => it.device === device)) return
    const ok = answering.has(device)
    asked.push({ device, startedAtMs: now, answerAtMs: ok ? now : now + patienceMs, ok })
    nextCheck.set(device, Number.POSITIVE_INFINITY)
  }

  const hear = (): void => {
    const heard = asked.filter((it) => it.answerAtMs <= now)
    asked = asked.filter((it) => it.answerAtMs > now)
    for (const { device, startedAtMs, ok } of shuffled(heard, random)) {
      const failure = ok ? null : { code: 'uplink/timeout', message: 'no answer' }
      const { checkNow, nextCheckAtMs } = judge.onCheck(device, { startedAtMs, atMs: now, failure })
      nextCheck.set(device, Math.max(nextCheckAtMs, now + 1))
      follow()
      for (const other of checkNow) ask(other)
    }
    if (asked.some((it) => it.answerAtMs <= now)) hear()
  }

  function run(ms: number): void {
    const until = now + ms
    for (;;) {
      const ahead = [...nextCheck.values(), ...asked.map((it) => it.answerAtMs), ...edges.filter((it) => it > now)]
      now = Math.min(until, ...ahead.filter((it) => it > now || it === until))
      judge.onTime(now)
      follow()
      for (const [device, at] of shuffled([...nextCheck], random)) if (at <= now) ask(device)
      hear()
      if (now >= until) return
    }
  }

  return {
    change() {
      if (random(12) === 0) {
        const from = now + random(60) * 1000
        const to = from + (1 + random(900)) * 1000
        const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
        const devices = shuffled(ids, random).slice(0, 1 + random(2))
        while (windows.length > 3) windows.shift()
        edges = [...edges, from, to].filter((it) => it > now)
        windows.push({ id: `w${from}`, devices, systems: [], cuts: [], reason: '', ...times })
        judge.replaceSite(siteOf(model, windows))
        follow()
      }
      const device = ids[random(ids.length)] ?? ''
      if (!broken.delete(device)) broken.add(device)
      answering = ableIf(slowSite, broken)
    },
    run,
    mendAll() {
      broken.clear()
      answering = ableIf(slowSite, broken)
    },
    silent: () => ids.filter((id) => !answering.has(id)).sort(),
    down() {
      const unmanageable = judge.snapshot().devices.filter((it) => it.unmanageable === true)
      return [...new Set([...ids.filter((id) => judge.isDown(id)), ...unmanageable.map((it) => it.id)])].sort()
    },
    open: () => ({ judged: byCause(judge.openFaults()), read: follower.open() }),
    told: () => records,
  }
}

function siteOf(model: SiteModel, maintenance: readonly MaintenanceWindow[]): Site {
  const devices = new Map(model.devices.map(({ id, serves, needs }) => [id, DeviceModel.parse({ id, serves, needs })]))
  return {
    settings: PollingSettings.parse({ checkIntervalMs: intervalMs }),
    model,
    devices,
    watched: model.devices.map(({ id, needs }) => ({ id, checked: true, needs })),
    maintenance: [...maintenance],
    timezone: 'UTC',
  }
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const list = [...items]
  for (let i = list.length - 1; i > 0; i -= 1) {
    const other = random(i + 1)
    const [a, b] = [list[i], list[other]]
    if (a !== undefined && b !== undefined) [list[i], list[other]] = [b, a]
  }
  return list
}

type Held = { state: 'up' | 'down' | 'unknown'; maintained: boolean; unmanageable: boolean }
const unheard: Held = { state: 'unknown', maintained: false, unmanageable: false }

/** Reads the definitions slowly, at every instant at which something was told or may fall due. */
function followerOf(model: SiteModel) {
  const slow = slowReading(model)
  const held = new Map<string, Held>()
  const due = new Set<number>()
  let faults = new Map<string, SlowFault>()

  const inputsOf = (snapshot: DiagnosisSnapshot): DiagnosisInput[] => {
    const told = new Map(snapshot.devices.map((it) => [it.id, it]))
    return model.devices.flatMap(({ id: device }): DiagnosisInput[] => {
      const was = held.get(device) ?? unheard
      // Of a device of which nothing is saved nothing follows but that it may be up.
      const {
        state = 'unknown',
        maintained = false,
        unmanageable = false,
      } = told.get(device) ?? { state: 'up' as const }
      held.set(device, { state, maintained, unmanageable })
      return [
        ...(state === was.state ? [] : [{ device, state }]),
        ...(maintained === was.maintained ? [] : [{ device, maintenance: maintained }]),
        ...(unmanageable === was.unmanageable ? [] : [{ device, unmanageable }]),
      ]
    })
  }

  return {
    follow(at: number, snapshot: DiagnosisSnapshot): void {
      const inputs = inputsOf(snapshot)
      const before = [...due].filter((it) => it < at || (it === at && inputs.length === 0)).sort((a, b) => a - b)
      for (const it of before) {
        due.delete(it)
        faults = slow.instant(it, [])
      }
      if (inputs.length === 0) return
      faults = slow.instant(at, inputs)
      // 120 s and 10 min after anything, and 120 s after that.
      for (const afterMs of [120_000, 240_000, 600_000, 720_000, 840_000]) due.add(at + afterMs)
    },
    open: () => Object.fromEntries([...faults].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function byCause(open: readonly OpenFault[]): Record<string, SlowFault> {
  return Object.fromEntries(
    open
      .map(({ cause, fault, kind, level, affected, functions, incident }): [string, SlowFault] => [
        cause,
        { fault, kind, level, affected, functions, incident },
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
