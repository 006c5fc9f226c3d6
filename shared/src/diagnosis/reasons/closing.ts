import type { FaultKind, Text } from '../../model/index.ts'
import { isOut, type Known } from '../known.ts'
import { join, percent } from './words.ts'

/** A fault that is over: what people call its cause, its last kind, what is known of its cause (null: no longer in the model), capabilities now. */
export type Closing = {
  name: string
  kind: FaultKind
  known: Known | null
  /** the device that is suspected to be the common cause of this one's outage */
  commonCause: string | null
  functions: readonly { name: string; capability: number }[]
}

const mostFunctions = 3

/** Why a fault is over, and where the functions that it touched stand now. */
export function closingReason(closing: Closing): Text {
  const worst = closing.functions.toSorted((a, b) => a.capability - b.capability).slice(0, mostFunctions)
  return join(ending(closing), ...worst.map(capabilityNow))
}

function capabilityNow({ name, capability }: Closing['functions'][number]): Text {
  return { zh: `${name} 的服务能力现为 ${percent(capability)}。`, en: `${name} is at ${percent(capability)} now.` }
}

function ending({ name, kind, known, commonCause }: Closing): Text {
  if (known === null) return { zh: `${name} 已不在站点模型中。`, en: `${name} is no longer in the site's model.` }
  if (isOut(known)) return stillOut(name, known, commonCause)
  if (known.state === 'unknown' && (kind === 'down' || kind === 'intermittent'))
    return { zh: `${name} 已不再被检测。`, en: `${name} is not checked any more.` }
  switch (kind) {
    case 'imminent':
      return { zh: `${name} 的故障征兆已消除。`, en: `The sign that ${name} will fail is gone.` }
    case 'degraded':
      return { zh: `${name} 已恢复正常。`, en: `${name} is as it should be again.` }
    case 'unmanageable':
      return { zh: `${name} 已恢复应答。`, en: `${name} answers again.` }
    case 'intermittent':
      return { zh: `${name} 已稳定在线。`, en: `${name} is steadily up again.` }
    case 'suspected':
      return {
        zh: `只能经由 ${name} 工作的设备已基本恢复，不再怀疑 ${name}。`,
        en: `Most of the devices that work only through ${name} are back; ${name} is no longer suspected.`,
      }
    default:
      return { zh: `${name} 已恢复。`, en: `${name} is up again.` }
  }
}

/** It is not well, but no fault of its own any more. */
function stillOut(name: string, known: Known, commonCause: string | null): Text {
  if (commonCause !== null)
    return {
      zh: `${name} 仍未恢复，但疑与其他设备同因于 ${commonCause}，并入 ${commonCause} 的故障。`,
      en: `${name} is still down, but the common cause seems to be ${commonCause}: see the fault of ${commonCause}.`,
    }
  if (known.isMet)
    return {
      zh: `${name} 未恢复，但它所依赖的设备刚刚恢复，暂不作为故障，等待它重新上线。`,
      en: `${name} is down, but what it needs has only just come back: it is given time to return before it counts as a fault.`,
    }
  return {
    zh: `${name} 未恢复，但它所依赖的设备不可用：它是受影响的设备，不再单独作为故障。`,
    en: `${name} is down, but what it needs is not there: it counts as affected, no longer as a fault of its own.`,
  }
}
