/** What was seen of a device, in both languages. */
import { catalogue, type ErrorCode } from '@steward/shared/errors'
import type { Text } from '@steward/shared/model'

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code)
}

/** Why a question failed: the driver's own line in English; in Chinese what its code means. */
export function failureText(code: string, message: string): Text {
  return { zh: isKnown(code) ? catalogue[code].zh : message, en: sentence(message) }
}

export const answered: Text = { zh: '设备恢复应答。', en: 'It answers.' }
export const switchedOff: Text = { zh: '该设备不再被检测。', en: 'It is not checked any more.' }
export const behindAnswers: Text = {
  zh: '设备本身不应答，但其下游设备仍在应答。',
  en: 'It does not answer itself, but what is behind it does.',
}
export const refusedReason: Text = { zh: '设备拒绝了所用的凭据', en: 'it refuses the credentials' }

export function slowReason(seconds: number): Text {
  const figure = seconds.toFixed(1)
  return { zh: `设备应答缓慢（约 ${figure} 秒）`, en: `it answers slowly (about ${figure} s)` }
}

function sentence(text: string): string {
  const first = `${text.charAt(0).toUpperCase()}${text.slice(1)}`.slice(0, 500)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
