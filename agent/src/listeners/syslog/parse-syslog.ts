/** One syslog message as text: RFC 5424 §6, or what RFC 3164 §4 describes and devices send in its place. */
import { structuredData } from './structured-data.ts'

/** `urgency`: the number that syslog calls severity (RFC 5424 §6.2.1), null where the message has no PRI. */
export type SyslogMessage = { urgency: number | null; name: string; text: string; fields: Record<string, string> }

const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'ntp'],
  ...['audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
]

const priority = /^<(\d{1,3})>/
const version1 = /^1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /
const bsdTime =
  /^[*.:]?(?:\d{4} )?[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: [A-Z]{3,4}|[+-]\d{2}:?\d{2})?:? /
const isoTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?:? /
/** A counter that some switches put in front: `29: `. */
const counter = /^\d{1,10}: /
const mnemonic = /^%([A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*-[0-7]-[A-Za-z0-9_]+) ?: ?/
const tag = /^([\w./-]{1,48})(?:\[([\w.:-]{1,32})\])?: ?/
const host = /^[\w.:-]{1,255} /

/** Never throws: what fits no form is text. Control characters are gone, lengths as in DeviceMessage. */
export function parseSyslog(line: string): SyslogMessage {
  const whole = line
    .replace(/\ufeff/g, '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 8192)
  const found = priority.exec(whole)
  const number = found === null ? null : Number(found[1])
  if (number === null || number > 191) return { urgency: null, ...parseBsd(whole, {}) }
  const rest = whole.slice(found?.[0].length ?? 0)
  const fields = { facility: facilities[number >> 3] ?? '' }
  const read = version1.test(`${rest} `) ? parseVersion1(rest, fields) : parseBsd(rest, fields)
  return { urgency: number & 7, ...read }
}

type Read = Omit<SyslogMessage, 'urgency'>

function parseVersion1(rest: string, fields: Record<string, string>): Read {
  const header = version1.exec(`${rest} `)
  const [, , from = '-', name = '-', process = '-', id = '-'] = header ?? []
  const { params, end } = structuredData(rest, header?.[0].length ?? 0)
  const told = Object.entries({ host: from, process, message: id }).filter(([, it]) => it !== '-')
  return {
    name: name === '-' ? '' : name,
    text: rest.slice(end).trim().slice(0, 1000),
    fields: { ...fields, ...Object.fromEntries(told), ...params },
  }
}

function parseBsd(rest: string, fields: Record<string, string>): Read {
  const numbered = rest.replace(counter, '')
  const timed = numbered.replace(bsdTime, '').replace(isoTime, '')
  // A host stands only behind a time, and never ends in a colon as a tag does.
  const from = timed === numbered ? null : host.exec(timed)
  const isHost = from !== null && !from[0].endsWith(': ')
  const said = (isHost ? timed.slice(from[0].length) : timed).replace(counter, '')
  // Firewalls put a colon between their name and what they say.
  const bare = said.replace(bsdTime, '').replace(/^: /, '')
  const all = isHost ? { ...fields, host: from[0].trim() } : fields
  const cisco = mnemonic.exec(bare)
  if (cisco !== null)
    return { name: (cisco[1] ?? '').slice(0, 200), text: bare.slice(cisco[0].length).slice(0, 1000), fields: all }
  const program = tag.exec(bare)
  if (program === null) return { name: '', text: bare.slice(0, 1000), fields: all }
  const { 1: name = '', 2: process } = program
  const text = bare.slice(program[0].length).slice(0, 1000)
  return { name, text, fields: process === undefined ? all : { ...all, process } }
}
