/** A site with two agents, and what they may tell of it in which order. */
import { SiteModel } from '@steward/shared/diagnosis'
import fc from 'fast-check'
import { acrossAgents, type Seen } from './gather.ts'
import { type Base, type Judgement, judge } from './replay.ts'

export const gatherMs = 15_000
export const second = 1000
const breathe = () => undefined

/** The core is agent A's; behind it an edge switch of each agent with three cameras, all of one system. */
const camera = (id: string, edge: string) => ({ id, needs: [[edge]], serves: [{ function: 'cctv/view' }] })
const cameras = ['a', 'b'].flatMap((agent) => [1, 2, 3].map((it) => camera(`${agent}-cam-${it}`, `${agent}-edge`)))
export const model = SiteModel.parse({
  systems: [{ id: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }],
  devices: [
    { id: 'a-core' },
    { id: 'a-edge', needs: [['a-core']] },
    { id: 'b-edge', needs: [['a-core']] },
    { id: 'b-alone', serves: [{ function: 'cctv/view' }] },
    ...cameras,
  ],
})
export const ids = model.devices.map((it) => it.id)
const agentOf = (device: string) => device.slice(0, 1)
export const across = acrossAgents(model, agentOf)
export const behind = new Map([
  ['a-core', ids.filter((it) => it !== 'b-alone')],
  ['a-edge', ids.filter((it) => it === 'a-edge' || it.startsWith('a-cam'))],
  ['b-edge', ids.filter((it) => it === 'b-edge' || it.startsWith('b-cam'))],
])

/** Everything told at once. */
export function allAt(seen: readonly Seen[], until: number): Promise<Judgement> {
  return judge({ model, base: { at: 0, snapshot: null }, seen, across, gatherMs, until, settledUntil: 0 }, breathe)
}

/** Up and down in any order, at any times, then all up. */
export const anySeen = fc
  .array(
    fc.record({
      at: fc.integer({ min: 1, max: 1200 }),
      device: fc.constantFrom(...ids),
      state: fc.constantFrom('up' as const, 'down' as const),
    }),
    { maxLength: 60 },
  )
  .map((all) => {
    const seen = all.map(({ at, device, state }): Seen => ({ at: at * second, input: { device, state } }))
    const ends = ids.map((device): Seen => ({ at: 1300 * second, input: { device, state: 'up' } }))
    const once = new Map([...seen, ...ends].map((it) => [`${it.at} ${it.input.device}`, it]))
    return [...once.values()].sort((a, b) => a.at - b.at)
  })
export const end = 3000 * second

export type Turn = { agent: string; many: number }
export const turns = fc.array(fc.record({ agent: fc.constantFrom('a', 'b'), many: fc.integer({ min: 1, max: 6 }) }), {
  maxLength: 20,
})

/** Judges again after every batch, with what had come until then; of an agent only `many` records at a time. */
export async function* inOrderOf(
  seen: readonly Seen[],
  order: readonly Turn[],
): AsyncGenerator<{ from: Base; judgement: Judgement; now: number }> {
  const queues = new Map(['a', 'b'].map((agent) => [agent, seen.filter((it) => agentOf(it.input.device) === agent)]))
  const come: Seen[] = []
  const told = new Map([...queues.keys()].map((agent) => [agent, 0]))
  let base: Base = { at: 0, snapshot: null }
  const rest = ['a', 'b'].map((agent) => ({ agent, many: seen.length }))
  for (const { agent, many } of [...order, ...rest]) {
    const batch = queues.get(agent)?.splice(0, many) ?? []
    come.push(...batch)
    const isAll = queues.get(agent)?.length === 0
    told.set(agent, isAll ? end : (batch.at(-1)?.at ?? told.get(agent) ?? 0))
    const from = base
    const after = come.filter((it) => it.at > from.at).sort((a, b) => a.at - b.at)
    const settledUntil = Math.min(...told.values()) - 1
    const until = queues.values().every((it) => it.length === 0) ? end : Math.max(1, ...come.map((it) => it.at))
    const judgement = await judge({ model, base, seen: after, across, gatherMs, until, settledUntil }, breathe)
    base = judgement.base
    yield { from, judgement, now: until }
  }
}
