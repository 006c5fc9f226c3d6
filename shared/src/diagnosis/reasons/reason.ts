import type { Text } from '../../model/index.ts'
import type { Finding } from '../findings.ts'
import type { Known } from '../known.ts'
import { effectOf, type Scene, whyNotAbove } from './effect.ts'
import { degradedReason, imminentReason, unmanageableReason } from './milder.ts'
import type { Reasoning } from './reasoning.ts'
import { count, join, span } from './words.ts'

/** Why a fault has its level, in words and figures: what happened, what it does to which function, why not the level above. */
export function reasonOf(reasoning: Reasoning, finding: Finding): Text {
  const known = reasoning.known[finding.device]
  const name = reasoning.picture.world.design.topology.names[finding.device] ?? ''
  if (known === undefined) return { zh: name, en: name }
  if (finding.kind === 'imminent') return imminentReason(reasoning, finding, name, known)
  if (finding.kind === 'degraded') return degradedReason(reasoning, finding, name, known)
  if (finding.kind === 'unmanageable') return unmanageableReason(reasoning, finding, name)
  return judged(reasoning, finding, name, known)
}

function judged(reasoning: Reasoning, finding: Finding, name: string, known: Known): Text {
  const { judgement } = finding
  if (judgement === null) return { zh: name, en: name }
  const { world, judge } = reasoning.picture
  const scene: Scene = { world, judge, shown: reasoning.shown, finding }
  const reach = finding.affected.length
  const affected = { zh: `受影响设备 ${reach} 台。`, en: `${count(reach, 'device')} affected.` }
  const why = finding.kind === 'intermittent' ? softened(finding) : whyNotAbove(scene, judgement)
  return join(
    whatHappened(reasoning, finding, name, known),
    effectOf(scene, judgement),
    reach > 0 ? affected : null,
    why,
  )
}

function whatHappened(reasoning: Reasoning, { kind, device }: Finding, name: string, known: Known): Text {
  const { settings, picture } = reasoning
  if (kind === 'intermittent') {
    const { changes, windowMs } = settings.flapping
    const time = span(windowMs)
    return {
      zh: `${name} 时通时断（${time.zh}内变化至少 ${changes} 次），按中断评估。`,
      en: `${name} comes and goes (at least ${changes} changes within ${time.en}); judged as if it were down.`,
    }
  }
  if (kind === 'suspected') {
    const together = known.suspects?.length ?? 0
    const all = picture.world.design.topology.loyal[device]?.length ?? together
    const time = span(settings.commonCause.windowMs)
    const happened = {
      zh: `${name} 本身未中断，但只能经由它工作的 ${all} 台设备中有 ${together} 台在${time.zh}内相继中断，疑为共同原因，按 ${name} 中断评估。`,
      en: `${name} itself is not down, but ${together} of the ${count(all, 'device')} that need it with no alternative went down within ${time.en} of each other: a common cause is suspected, judged as if ${name} were down.`,
    }
    return join(happened, unfedMembers(reasoning, name, known))
  }
  const noPower = { zh: '它所接的端口没有取电（PoE）。', en: 'Its port draws no power (PoE).' }
  return join({ zh: `${name} 已中断。`, en: `${name} is down.` }, known.unfed ? noPower : null)
}

/** Those that went down together, and whose ports draw nothing: then it is the power that has failed, and not the network. */
function unfedMembers({ known, picture }: Reasoning, name: string, { suspects }: Known): Text | null {
  const { numberOf } = picture.world.design.topology
  const members = (suspects ?? []).map((id) => known[numberOf.get(id) ?? -1]).filter((it) => it?.state === 'down')
  const unfed = members.filter((it) => it?.unfed === true).length
  if (unfed === 0) return null
  if (unfed === members.length)
    return {
      zh: `它们所接的端口都没有取电（PoE）：可能是 ${name} 停止了供电。`,
      en: `None of their ports draws power (PoE): ${name} may have stopped feeding them.`,
    }
  return {
    zh: `其中 ${unfed} 台所接的端口没有取电（PoE）。`,
    en: `The ports of ${unfed} of them draw no power (PoE).`,
  }
}

function softened({ judgement, level }: Finding): Text {
  const hard = judgement?.level ?? level
  if (hard === 'L1')
    return { zh: '不是 L1：时通时断的故障最高为 L2。', en: 'Not L1: what comes and goes is L2 at most.' }
  if (hard === 'L2')
    return { zh: '不是 L1：它没有使任何基本功能瘫痪。', en: 'Not L1: it paralyses no essential function.' }
  return { zh: '不是 L3：时通时断的故障降为 L4。', en: 'Not L3: what comes and goes counts as L4.' }
}
