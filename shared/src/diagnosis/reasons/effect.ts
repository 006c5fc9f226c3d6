import type { Text } from '../../model/index.ts'
import type { Finding } from '../findings.ts'
import type { Decisive, Judge, Judgement } from '../judge.ts'
import type { World } from '../world.ts'
import { count, join, percent } from './words.ts'

/** What a sentence about a cause may speak of. `shown`: capability as shown, by function; null in a world only thought of. */
export type Scene = { world: World; judge: Judge; shown: Float64Array | null; finding: Finding }

/** What a cause does to the function that decides its level, from what to what. */
export function effectOf(scene: Scene, judgement: Judgement): Text {
  const { paralysed, danger } = judgement
  if (paralysed !== undefined) return join(paralysis(scene, paralysed.fn), decision(scene, paralysed))
  if (danger !== undefined) return redundancy(scene, danger())
  const worst = worstOf(scene)
  if (worst === null) return { zh: '没有任何功能受影响。', en: 'No function is affected.' }
  const more = scene.finding.touched.length - 1
  const others = { zh: `另有 ${more} 项功能受影响。`, en: `It touches ${count(more, 'more function')}.` }
  return join(fall(scene, worst, ''), more > 0 ? others : null)
}

/** Why it is not at the level above. */
export function whyNotAbove(scene: Scene, judgement: Judgement): Text | null {
  if (judgement.level === 'L1') return null
  if (judgement.level === 'L4')
    return {
      zh: '不是 L3：它和受它影响的设备都不承担任何功能。',
      en: 'Not L3: neither it nor what it affects serves a function.',
    }
  const other = scene.finding.touched.find((it) => scene.judge.isParalysed(it))
  const paralysed = other === undefined ? null : elsewhere(scene, other)
  if (judgement.level === 'L2')
    return (
      paralysed ?? {
        zh: '不是 L1：它目前没有使任何基本功能瘫痪。',
        en: 'Not L1: it paralyses no essential function now.',
      }
    )
  const noDanger = {
    zh: '不是 L2：不会因为它而出现“再坏一台就瘫痪”的情况。',
    en: 'Not L2: no single further failure would paralyse a system because of it.',
  }
  return join(paralysed, noDanger)
}

/** "falls from 100% to 40%", as judged, and as shown where that differs. */
export function fall({ world, shown }: Scene, { fn, from, to }: Fall, limit: '' | 'limit'): Text {
  const scale = world.design.scales[fn]
  const name = scale?.name ?? ''
  const seen = shown?.[fn] ?? to
  const differs = percent(seen) !== percent(to)
  const shownZh = differs ? `（当前显示为 ${percent(seen)}）` : ''
  const shownEn = differs ? ` (shown as ${percent(seen)})` : ''
  const line = percent(scale?.paralysedBelow ?? 0)
  const limitZh = limit === '' ? '' : `，低于瘫痪线 ${line}`
  const limitEn = limit === '' ? '' : `, under the ${line} below which it is paralysed`
  const same = percent(from) === percent(to)
  return {
    zh: `${name} 的服务能力${same ? '为' : `从 ${percent(from)} 降到`} ${percent(to)}${shownZh}${limitZh}。`,
    en: `${name} ${same ? 'is at' : `falls from ${percent(from)} to`} ${percent(to)}${shownEn}${limitEn}.`,
  }
}

export type Fall = { fn: number; from: number; to: number }

/** The touched function that loses most by this cause, then the one with least left. */
function worstOf({ world, finding }: Scene): Fall | null {
  const falls = finding.touched.map((fn) => ({
    fn,
    from: world.capWithout(finding.device, fn),
    to: world.cap(fn),
  }))
  falls.sort((a, b) => b.from - b.to - (a.from - a.to) || a.to - b.to || a.fn - b.fn)
  return falls[0] ?? null
}

function paralysis(scene: Scene, fn: number): Text {
  const { world, finding } = scene
  return fall(scene, { fn, from: world.capWithout(finding.device, fn), to: world.cap(fn) }, 'limit')
}

function decision({ world, finding }: Scene, { fn, decisive }: { fn: number; decisive: Decisive }): Text {
  const { device } = finding
  const { names } = world.design.topology
  switch (decisive.by) {
    case 'alone': {
      const left = percent(world.capAlone(device, fn))
      return { zh: `仅此一处故障就会使它降到 ${left}。`, en: `This fault alone brings it down to ${left}.` }
    }
    case 'repair': {
      const back = percent(world.capWithout(device, fn))
      return { zh: `只要修好这一处，就能恢复到 ${back}。`, en: `Mending this one alone brings it back to ${back}.` }
    }
    case 'pair': {
      const other = names[decisive.other] ?? ''
      const both = percent(world.capPair(device, decisive.other, fn))
      const left = percent(world.capAlone(decisive.other, fn))
      return {
        zh: `它与 ${other} 一起会使其降到 ${both}，而单是 ${other} 故障仍有 ${left}。`,
        en: `Together with ${other} it brings it down to ${both}; ${other} alone would leave ${left}.`,
      }
    }
    case 'many':
      return {
        zh: '没有哪一处故障单独起决定作用，是多处故障叠加所致，此处属于影响最大的之一。',
        en: 'No single fault decides: many together do, and this is among the largest of them.',
      }
  }
}

function redundancy({ world, finding }: Scene, danger: ReturnType<NonNullable<Judgement['danger']>>): Text {
  const { names } = world.design.topology
  const scale = world.design.scales[danger.fn]
  const other = names[danger.by] ?? ''
  const own = names[finding.device] ?? ''
  const line = percent(scale?.paralysedBelow ?? 0)
  const [before, after, mended] = [danger.before, danger.after, danger.mended].map(percent)
  const [aloneZh, aloneEn] = danger.alone ? ['（不计其他故障）', ', other faults left aside,'] : ['', '']
  return {
    zh: `冗余已失去：如果 ${other} 也发生故障，${scale?.name ?? ''}${aloneZh} 将从 ${before} 降到 ${after}，低于瘫痪线 ${line}；若 ${own} 正常，则仍有 ${mended}。`,
    en: `Redundancy is gone: if ${other} fails too, ${scale?.name ?? ''}${aloneEn} falls from ${before} to ${after}, under the ${line} below which it is paralysed; with ${own} whole it would keep ${mended}.`,
  }
}

/** A function that this cause touches and that is paralysed, but not by this cause. */
function elsewhere({ world, finding }: Scene, fn: number): Text {
  const name = world.design.scales[fn]?.name ?? ''
  const now = percent(world.cap(fn))
  const back = percent(world.capWithout(finding.device, fn))
  return {
    zh: `不是 L1：${name} 虽已瘫痪（${now}），但起决定作用的是其他故障，修好它也只有 ${back}。`,
    en: `Not L1: ${name} is paralysed (${now}), but by other faults; mending this one would leave it at ${back}.`,
  }
}
