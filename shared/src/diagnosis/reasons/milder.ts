import type { Text } from '../../model/index.ts'
import type { Finding } from '../findings.ts'
import type { Known } from '../known.ts'
import { type Fall, fall, type Scene } from './effect.ts'
import type { Reasoning } from './reasoning.ts'
import { count, join, marksOf, percent } from './words.ts'

const mostFunctions = 3

/** An end in sight: what would fail, together with what else carries a mark. */
export function imminentReason({ picture }: Reasoning, finding: Finding, name: string, known: Known): Text {
  const marks = marksOf(known.imminent)
  const sign: Text = { zh: `${name}：${marks.zh}。`, en: `${name}: ${marks.en}.` }
  if (picture.marked === null) return sign
  const { world, judge } = picture.marked
  const others = world.causes.length - picture.world.causes.length - 1
  const together: Text = {
    zh: others > 0 ? `如果它和另外 ${others} 台有故障征兆的设备发生故障：` : '如果它发生故障：',
    en: others > 0 ? `If it and the ${count(others, 'other device')} with such a sign fail:` : 'If it fails:',
  }
  const scene: Scene = { world, judge, shown: null, finding }
  const fallOf = (fn: number): Fall => ({ fn, from: picture.world.cap(fn), to: world.cap(fn) })
  const paralysed = finding.judgement?.paralysed?.fn
  if (paralysed !== undefined)
    return join(sign, together, fall(scene, fallOf(paralysed), 'limit'), {
      zh: '不是 L1：它尚未发生故障。',
      en: 'Not L1: it has not failed yet.',
    })
  const [worst] = finding.touched.map(fallOf).sort((a, b) => b.from - b.to - (a.from - a.to) || a.fn - b.fn)
  const none: Text = { zh: '它本身不承担任何功能。', en: 'it serves no function itself.' }
  return join(sign, together, worst === undefined ? none : fall(scene, worst, ''), {
    zh: '不是 L2：它不会使任何基本功能瘫痪；不是 L3：目前尚未失去任何功能。',
    en: 'Not L2: it would paralyse no essential function; not L3: nothing is lost yet.',
  })
}

/** It works, and something is not as it should be. */
export function degradedReason({ shown, picture }: Reasoning, finding: Finding, name: string, known: Known): Text {
  const marks = marksOf(known.degraded)
  const sign: Text = { zh: `${name} 状态异常：${marks.zh}。`, en: `${name} is not as it should be: ${marks.en}.` }
  const direct = {
    zh: '这直接影响服务。不是 L2：设备仍在工作。',
    en: 'This affects the service directly. Not L2: the device still works.',
  }
  const indirect = {
    zh: '不是 L3：按设备模板，这不直接影响服务。',
    en: 'Not L3: by the device profile this does not affect the service directly.',
  }
  return join(sign, standing(picture.world.design.scales, shown, finding), finding.level === 'L3' ? direct : indirect)
}

/** It is silent, and what only it carries is not. */
export function unmanageableReason({ shown, picture }: Reasoning, finding: Finding, name: string): Text {
  const happened = {
    zh: `${name} 无应答，但只能经由它工作的设备仍在线，说明它在工作，只是无法管理。`,
    en: `${name} does not answer, but a device that works only through it was seen up: it works and cannot be managed.`,
  }
  const why = { zh: '不是 L3：服务不受影响。', en: 'Not L3: no service is affected.' }
  return join(happened, standing(picture.world.design.scales, shown, finding), why)
}

/** Where the functions of a device stand that keeps working. */
function standing(scales: readonly { name: string }[], shown: Float64Array, finding: Finding): Text | null {
  const functions = finding.touched.slice(0, mostFunctions)
  if (functions.length === 0) return null
  const each = functions.map((fn) => ({ name: scales[fn]?.name ?? '', capability: percent(shown[fn] ?? 1) }))
  return {
    zh: `${each.map((it) => `${it.name} 的服务能力仍为 ${it.capability}`).join('，')}。`,
    en: `${each.map((it) => `${it.name} stays at ${it.capability}`).join(', ')}.`,
  }
}
