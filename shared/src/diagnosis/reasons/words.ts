import type { Text } from '../../model/index.ts'

/** Sentences behind each other; Chinese takes no space between them. */
export function join(...parts: readonly (Text | null)[]): Text {
  const all = parts.filter((it) => it !== null)
  return { zh: all.map((it) => it.zh).join(''), en: all.map((it) => it.en).join(' ') }
}

/** A share as people write it, with as many digits as keep 49.99% apart from 50%. */
export function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`
}

/** `1 device`, `5 devices` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** A time for people: `60 s`, `10 min`. */
export function span(milliseconds: number): Text {
  const minutes = milliseconds / 60_000
  if (minutes >= 2 && Number.isInteger(minutes)) return { zh: `${minutes} 分钟`, en: `${minutes} min` }
  return { zh: `${milliseconds / 1000} 秒`, en: `${milliseconds / 1000} s` }
}

/** What a mark means to people, where it came without words of its own. */
const marks: Readonly<Record<string, Text>> = {
  'ups-on-battery': { zh: 'UPS 正在用电池供电', en: 'UPS on battery' },
  'storage-nearly-full': { zh: '存储将在一天内写满', en: 'its storage is full within a day' },
  'temperature-critical': { zh: '温度已超过临界值', en: 'its temperature is past critical' },
  'certificate-expiring': { zh: '证书即将到期', en: 'its certificate is running out' },
  'credentials-refused': { zh: '设备拒绝了登录凭据', en: 'it refuses the credentials' },
  'clock-drift': { zh: '时钟偏差过大', en: 'its clock is wrong' },
  'slow-answers': { zh: '应答缓慢', en: 'it answers slowly' },
  'packet-loss': { zh: '丢包', en: 'packets are lost' },
}

const mostMarks = 5
const longestMark = 300

/** Half a sentence for the marks of a device; short enough for a reason, however many and however long they are. */
export function marksOf(given: ReadonlyMap<string, { reason: Text | null }>): Text {
  const names = [...given].sort(([a], [b]) => (a < b ? -1 : 1))
  const texts = names.slice(0, mostMarks).map(([name, { reason }]) => reason ?? marks[name] ?? { zh: name, en: name })
  const more = names.length - texts.length
  return {
    zh: `${texts.map((it) => cut(it.zh)).join('；')}${more > 0 ? `，另有 ${more} 项` : ''}`,
    en: `${texts.map((it) => cut(it.en)).join('; ')}${more > 0 ? ` and ${more} more` : ''}`,
  }
}

function cut(text: string): string {
  return text.length > longestMark ? `${text.slice(0, longestMark - 1)}…` : text
}
