import type { Text } from '../../model/index.ts'
import type { Finding, Picture } from '../findings.ts'
import type { Known } from '../known.ts'
import type { DiagnosisSettings } from '../settings.ts'
import { effectOf, fall, type Scene, whyNotAbove } from './effect.ts'
import { count, join, marksOf, span } from './words.ts'

export type Reasoning = { picture: Picture; known: readonly Known[]; shown: Float64Array; settings: DiagnosisSettings }

/** Why a fault has its level, in words and figures: what happened, what it does to which function, why not the level above. */
export function reasonOf(reasoning: Reasoning, finding: Finding): Text {
  const known = reasoning.known[finding.device]
  const id = reasoning.picture.world.design.topology.ids[finding.device] ?? ''
  if (known === undefined) return { zh: id, en: id }
  if (finding.kind === 'imminent') return imminent(reasoning, finding, id, known)
  if (finding.kind === 'degraded') return degraded(finding, id, known)
  if (finding.kind === 'unmanageable') return unmanageable(id)
  return judged(reasoning, finding, id, known)
}

function judged(reasoning: Reasoning, finding: Finding, id: string, known: Known): Text {
  const { judgement } = finding
  if (judgement === null) return { zh: id, en: id }
  const { world, judge } = reasoning.picture
  const scene: Scene = { world, judge, shown: reasoning.shown, finding }
  const reach = finding.affected.length
  const affected = { zh: `受影响设备 ${reach} 台。`, en: `${count(reach, 'device')} affected.` }
  const why = finding.kind === 'intermittent' ? softened(finding) : whyNotAbove(scene, judgement)
  return join(whatHappened(reasoning, finding, id, known), effectOf(scene, judgement), reach > 0 ? affected : null, why)
}

function whatHappened({ settings, picture }: Reasoning, { kind, device }: Finding, id: string, known: Known): Text {
  if (kind === 'intermittent') {
    const { changes, windowMs } = settings.flapping
    const time = span(windowMs)
    return {
      zh: `${id} 时通时断（${time.zh}内变化至少 ${changes} 次），按中断评估。`,
      en: `${id} comes and goes (at least ${changes} changes within ${time.en}); judged as if it were down.`,
    }
  }
  if (kind === 'suspected') {
    const together = known.suspects?.length ?? 0
    const all = picture.world.design.topology.loyal[device]?.length ?? together
    const time = span(settings.commonCause.windowMs)
    return {
      zh: `${id} 本身未中断，但只能经由它工作的 ${all} 台设备中有 ${together} 台在${time.zh}内相继中断，疑为共同原因，按 ${id} 中断评估。`,
      en: `${id} itself is not down, but ${together} of the ${count(all, 'device')} that need it with no alternative went down within ${time.en} of each other: a common cause is suspected, judged as if ${id} were down.`,
    }
  }
  return { zh: `${id} 已中断。`, en: `${id} is down.` }
}

function softened({ judgement, level }: Finding): Text {
  const hard = judgement?.level ?? level
  if (hard === 'L1')
    return { zh: '不是 L1：时通时断的故障最高为 L2。', en: 'Not L1: what comes and goes is L2 at most.' }
  if (hard === 'L2')
    return { zh: '不是 L1：它没有使任何基本功能瘫痪。', en: 'Not L1: it paralyses no essential function.' }
  return { zh: '不是 L3：时通时断的故障降为 L4。', en: 'Not L3: what comes and goes counts as L4.' }
}

function imminent({ picture }: Reasoning, finding: Finding, id: string, known: Known): Text {
  const marks = marksOf(known.imminent)
  const sign: Text = { zh: `${id}：${marks.zh}。`, en: `${id}: ${marks.en}.` }
  const world = picture.marked?.world
  const judge = picture.marked?.judge
  const fn = finding.judgement?.paralysed?.fn
  if (world === undefined || judge === undefined || fn === undefined) {
    const harmless = {
      zh: '即使它和其他有同类征兆的设备都发生故障，也不会因它而使基本功能瘫痪。不是 L3：目前尚未失去任何功能。',
      en: 'Even if it and every other device with such a sign failed, it would paralyse no essential function. Not L3: nothing is lost yet.',
    }
    return join(sign, harmless)
  }
  const others = world.causes.length - picture.world.causes.length - 1
  const together: Text = {
    zh: others > 0 ? `如果它和另外 ${others} 台有此类征兆的设备发生故障：` : '如果它发生故障：',
    en: others > 0 ? `If it and the ${count(others, 'other device')} with such a sign fail:` : 'If it fails:',
  }
  const scene: Scene = { world, judge, shown: null, finding }
  const from = picture.world.cap(fn)
  const then = fall(scene, { fn, from, to: world.cap(fn) }, 'limit')
  return join(sign, together, then, { zh: '不是 L1：它尚未发生故障。', en: 'Not L1: it has not failed yet.' })
}

function degraded({ level }: Finding, id: string, known: Known): Text {
  const marks = marksOf(known.degraded)
  const sign: Text = { zh: `${id} 状态异常：${marks.zh}。`, en: `${id} is not as it should be: ${marks.en}.` }
  const direct = {
    zh: '这直接影响服务。不是 L2：设备仍在工作。',
    en: 'This affects the service directly. Not L2: the device still works.',
  }
  const indirect = {
    zh: '不是 L3：按设备模板，这不直接影响服务。',
    en: 'Not L3: by the device profile this does not affect the service directly.',
  }
  return join(sign, level === 'L3' ? direct : indirect)
}

function unmanageable(id: string): Text {
  return {
    zh: `${id} 无应答，但只能经由它工作的设备仍在线，说明它在工作，只是无法管理。不是 L3：服务不受影响。`,
    en: `${id} does not answer, but a device that works only through it was seen up: it works and cannot be managed. Not L3: no service is affected.`,
  }
}
