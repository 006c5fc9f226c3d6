/**
 * A second, slow reading of fault-levels.md, written from its text alone: every definition in its own words, everything
 * worked out anew at every instant. The engine in shared is compared with it.
 */
import type { DiagnosisInput, SiteModel } from '@steward/shared/diagnosis'

type Device = {
  state: 'unknown' | 'up' | 'down'
  wentDown: number
  changes: number[]
  lastSeenDown: boolean
  flapping: boolean
  unmanageable: boolean
  maintenance: boolean
  imminent: Set<string>
  degraded: Map<string, boolean>
  together: string[] | null
  outAt: number | null
  cause: boolean
  met: boolean
  m: number
}
export type SlowFault = {
  fault: string
  kind: string
  level: string
  affected: string[]
  functions: Record<string, number>
  incident: string | null
}

const below = (a: number, b: number) => a < b - 1e-9

export function slowReading(model: SiteModel) {
  const needs = new Map(model.devices.map((it) => [it.id, it.needs]))
  const ids = model.devices.map((it) => it.id).sort()
  const functions = model.systems.flatMap((s) => s.functions.map((f) => ({ ...f, ref: `${s.id}/${f.id}` })))
  const servers = (ref: string) =>
    model.devices.flatMap((d) =>
      d.serves.filter((s) => s.function === ref).map((s) => ({ id: d.id, weight: s.weight })),
    )
  const devices = new Map<string, Device>()
  const opened = new Map<string, number>()
  function of(id: string): Device {
    const device = devices.get(id)
    if (device === undefined) throw new Error(`no device ${id}`)
    return device
  }

  function ableIf(down: Set<string>): Set<string> {
    const able = new Set<string>()
    for (let grew = true; grew; ) {
      grew = false
      for (const id of ids) {
        if (able.has(id) || down.has(id)) continue
        if ((needs.get(id) ?? []).every((r) => r.some((a) => able.has(a)))) {
          able.add(id)
          grew = true
        }
      }
    }
    return able
  }
  const allMet = (id: string, able: Set<string>) => (needs.get(id) ?? []).every((r) => r.some((a) => able.has(a)))

  function cap(ref: string, down: Iterable<string>): number {
    const able = ableIf(new Set(down))
    const all = servers(ref)
    const total = all.reduce((sum, it) => sum + it.weight, 0)
    const counted = all.filter((it) => able.has(it.id) || of(it.id).maintenance)
    return total === 0 ? 1 : counted.reduce((sum, it) => sum + it.weight, 0) / total
  }
  function shown(ref: string, able: Set<string>): number {
    const all = servers(ref).filter((it) => !of(it.id).maintenance)
    const total = all.reduce((sum, it) => sum + it.weight, 0)
    const left = all.filter((it) => able.has(it.id)).reduce((sum, it) => sum + it.weight, 0)
    return total === 0 ? 1 : left / total
  }

  for (const id of ids) {
    devices.set(id, {
      state: 'unknown',
      wentDown: 0,
      changes: [],
      lastSeenDown: false,
      flapping: false,
      unmanageable: false,
      maintenance: false,
      imminent: new Set(),
      degraded: new Map(),
      together: null,
      outAt: null,
      cause: false,
      met: allMet(id, ableIf(new Set())),
      m: Number.NEGATIVE_INFINITY,
    })
  }

  const isDown = (id: string) => of(id).state === 'down' && !of(id).unmanageable && !of(id).flapping
  const isOut = (id: string) => isDown(id) || of(id).flapping || of(id).together !== null

  function take(at: number, input: DiagnosisInput): void {
    const it = of(input.device)
    if ('state' in input) {
      if (input.state !== 'unknown' && (input.state === 'down') !== it.lastSeenDown) {
        it.lastSeenDown = !it.lastSeenDown
        it.changes.push(at)
        const fifth = it.changes.at(-5)
        if (fifth !== undefined && at - fifth <= 600_000) it.flapping = true
      }
      if (input.state === 'down' && it.state !== 'down') it.wentDown = at
      it.state = input.state
    } else if ('maintenance' in input) it.maintenance = input.maintenance
    else if ('unmanageable' in input) it.unmanageable = input.unmanageable
    else if ('imminent' in input) {
      if (input.value) it.imminent.add(input.imminent)
      else it.imminent.delete(input.imminent)
    } else if (input.value) it.degraded.set(input.degraded, input.direct ?? false)
    else it.degraded.delete(input.degraded)
  }

  /** Causes at `at`, without remembering anything. */
  function causesAt(at: number, able: Set<string>, released: Set<string>): Set<string> {
    const members = new Set(ids.flatMap((id) => of(id).together ?? []))
    return new Set(
      ids.filter((id) => {
        const it = of(id)
        if (released.has(id) && !members.has(id)) return true
        if (members.has(id)) return false
        const met = allMet(id, able)
        const m = met && !it.met ? at : it.m
        const stays = it.cause && isOut(id)
        const breaks = it.met && !met
        if (stays && !(breaks && at - (it.outAt ?? at) <= 60_000)) return true
        return isOut(id) && met && at >= m + 120_000
      }),
    )
  }

  function commonCauses(at: number, able: Set<string>, causes: Set<string>): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const x of ids) {
      if (isDown(x) || of(x).together !== null) continue
      const m = allMet(x, able) && !of(x).met ? at : of(x).m
      if (!allMet(x, able) || at < m + 120_000) continue
      const needers = ids.filter(
        (id) => !of(id).maintenance && (needs.get(id) ?? []).some((r) => r.every((a) => a === x)),
      )
      const gone = needers.filter((id) => isDown(id) && causes.has(id))
      const groups = gone.map((first) =>
        gone.filter((id) => of(id).wentDown >= of(first).wentDown && of(id).wentDown - of(first).wentDown <= 60_000),
      )
      groups.sort((a, b) => b.length - a.length || of(b[0] ?? '').wentDown - of(a[0] ?? '').wentDown)
      const [most] = groups
      if (most !== undefined && most.length >= 3 && most.length >= 0.8 * needers.length - 1e-9) found.set(x, most)
    }
    return found
  }

  function affectedBy(r: string, able: Set<string>, causes: Set<string>): string[] {
    const leads = (id: string) => {
      const seen = new Set<string>([id])
      for (const each of seen)
        for (const requirement of needs.get(each) ?? [])
          if (!requirement.some((a) => able.has(a))) for (const a of requirement) seen.add(a)
      return seen.has(r)
    }
    return ids.filter((id) => id !== r && !able.has(id) && !causes.has(id) && leads(id))
  }

  /** The world as section 3 needs it: F, and what each of F touches. */
  function judge(F: Set<string>, able: Set<string>) {
    const touches = (r: string, ref: string) =>
      [r, ...affectedBy(r, able, F)].some((id) => servers(ref).some((it) => it.id === id))
    const without = (r: string) => [...F].filter((it) => it !== r)
    const decisive = (r: string, ref: string, p: number) =>
      below(cap(ref, [r]), p) ||
      !below(cap(ref, without(r)), p) ||
      [...F].some((q) => !below(cap(ref, [q]), p) && below(cap(ref, [q, r]), p))
    const essential = functions.filter((f) => f.essential).map((f) => ({ ref: f.ref, p: f.paralysedBelow ?? 0 }))
    const paralysed = essential.filter(({ ref, p }) => below(cap(ref, F), p))
    const isL1 = (r: string) =>
      paralysed.some(({ ref, p }) => {
        if (!touches(r, ref)) return false
        if (decisive(r, ref, p)) return true
        const none = [...F].filter((q) => touches(q, ref)).every((q) => !decisive(q, ref, p))
        const larger = [...F].filter((q) => below(cap(ref, [q]), cap(ref, [r])))
        return none && !below(cap(ref, larger), p)
      })
    const isL2 = (r: string) =>
      [without(r), []].some((G) =>
        ids.some((x) => {
          const needed = ids.some((id) => id !== x && (needs.get(id) ?? []).flat().includes(x))
          if (F.has(x) || !able.has(x) || !needed) return false
          return essential.some(({ ref, p }) => {
            const [grx, gx] = [cap(ref, [...G, r, x]), cap(ref, [...G, x])]
            const [gr, g] = [cap(ref, [...G, r]), cap(ref, G)]
            return below(grx, p) && !below(gx, p) && below(g - gx, gr - grx)
          })
        }),
      )
    const level = (r: string) => {
      if (isL1(r)) return 'L1'
      if (isL2(r)) return 'L2'
      return functions.some((f) => touches(r, f.ref)) ? 'L3' : 'L4'
    }
    return { touches, level, isL1, paralysed: paralysed.map((it) => it.ref) }
  }

  function faultsAt(at: number, able: Set<string>): Map<string, SlowFault> {
    const F = new Set(ids.filter((id) => of(id).cause))
    const actual = judge(F, able)
    const marked = ids.filter((id) => of(id).imminent.size > 0 && !isDown(id))
    const would = judge(
      new Set([...F, ...marked]),
      ableIf(new Set(ids.filter((id) => isOut(id) || marked.includes(id)))),
    )
    const touched = (test: (ref: string) => boolean) =>
      Object.fromEntries(
        functions.filter((f) => test(f.ref)).map((f) => [f.ref, Math.round(shown(f.ref, able) * 1e6) / 1e6]),
      )
    const own = (id: string) => touched((ref) => servers(ref).some((it) => it.id === id))
    const faults = new Map<string, SlowFault>()
    for (const id of ids) {
      const it = of(id)
      let kind: string | null = null
      let level = 'L4'
      if (it.cause) {
        kind = it.together !== null ? 'suspected' : it.flapping ? 'intermittent' : 'down'
        level = actual.level(id)
        if (kind === 'intermittent') level = level === 'L1' || level === 'L2' ? 'L2' : 'L4'
      } else if (!isDown(id)) {
        if (it.imminent.size > 0) {
          kind = 'imminent'
          level = would.isL1(id) ? 'L2' : 'L4'
        } else if (it.degraded.size > 0) {
          kind = 'degraded'
          level = [...it.degraded.values()].includes(true) ? 'L3' : 'L4'
        } else if (it.unmanageable) kind = 'unmanageable'
      }
      if (kind === null) opened.delete(id)
      if (kind === null || (it.maintenance && !opened.has(id))) continue
      if (!opened.has(id)) opened.set(id, at)
      const fault = `${id}@${new Date(opened.get(id) ?? at).toISOString().replace(/[-:]/g, '')}`
      const affected = it.cause ? affectedBy(id, able, F) : []
      const values = it.cause ? touched((ref) => actual.touches(id, ref)) : own(id)
      faults.set(id, { fault, kind, level, affected, functions: values, incident: null })
    }
    const worst = [...faults].filter(([, it]) => it.level === 'L1').map(([id]) => id)
    const linked = (a: string, b: string) =>
      actual.paralysed.some((ref) => actual.touches(a, ref) && actual.touches(b, ref))
    for (const id of worst) {
      const component = new Set([id])
      for (const a of component) for (const b of worst) if (linked(a, b)) component.add(b)
      const [oldest] = [...component].sort((a, b) => (opened.get(a) ?? 0) - (opened.get(b) ?? 0) || (a < b ? -1 : 1))
      const mine = faults.get(id)
      if (mine !== undefined) mine.incident = faults.get(oldest ?? id)?.fault ?? null
    }
    return faults
  }

  /** Everything of one instant together; gives the open faults after it, by cause. */
  function instant(at: number, inputs: readonly DiagnosisInput[]): Map<string, SlowFault> {
    for (const input of inputs) take(at, input)
    for (const id of ids) {
      const it = of(id)
      if (it.flapping && at - (it.changes.at(-1) ?? at) >= 600_000) it.flapping = false
    }
    const released = new Set<string>()
    for (const id of ids) {
      const it = of(id)
      const stillDown = (it.together ?? []).filter(isDown)
      if (it.together === null || (stillDown.length >= 3 && !isDown(id))) continue
      it.together = null
      if (!isDown(id)) for (const each of stillDown) released.add(each)
    }
    const outNow = () => ableIf(new Set(ids.filter(isOut)))
    for (const [x, members] of commonCauses(at, outNow(), causesAt(at, outNow(), released))) of(x).together = members
    const able = outNow()
    const causes = causesAt(at, able, released)
    for (const id of ids) {
      const it = of(id)
      const met = allMet(id, able)
      if (met && !it.met) it.m = at
      it.met = met
      it.cause = causes.has(id)
      it.outAt = isOut(id) ? (it.outAt ?? at) : null
    }
    return faultsAt(at, able)
  }
  return { instant }
}
