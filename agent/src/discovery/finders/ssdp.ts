/** UPnP devices by SSDP (UPnP Device Architecture 1.1, section 1.3): who answers a search, and how it describes itself. */
import { kindByWords } from '@steward/shared/discovery'
import type { Identity } from '@steward/shared/model'
import { recogniseUpnp } from '../../drivers/index.ts'
import { callGroup } from '../call-group.ts'
import type { Finder, Finding, Question } from '../contract.ts'
import { said } from '../said.ts'

const group = '239.255.255.250'
const port = 1900
/** Devices answer within the second that they are given. */
const listenMs = 2500
const search = [
  'M-SEARCH * HTTP/1.1',
  `HOST: ${group}:${port}`,
  'MAN: "ssdp:discover"',
  'MX: 1',
  'ST: upnp:rootdevice',
  '',
  '',
].join('\r\n')

export function createSsdpFinder(): Finder {
  return {
    questions: () => [],
    callOut: (call) =>
      callGroup(call, { group, port, listenMs, datagram: () => Buffer.from(search), read: readSsdpAnswer }),
  }
}

/** Null for what is no answer to a search; throws nothing, whatever comes. */
export function readSsdpAnswer(datagram: Buffer, address: string): Finding | null {
  const text = datagram.subarray(0, 4096).toString('utf8')
  if (!/^HTTP\/1\.[01] 200/i.test(text)) return null
  const server = header(text, 'server')
  const location = header(text, 'location')
  return {
    by: 'ssdp',
    text: said.upnp(server),
    next: location === '' ? [] : [describe(address, location)],
  }
}

/** Only from the device itself, whatever host it names. */
function describe(address: string, location: string): Question {
  return {
    packets: 5,
    async ask(limits) {
      const identity = await recogniseUpnp(address, location, limits)
      if (identity === null) return null
      const who = wordsOf(identity)
      const kind = kindByWords(who)
      return {
        by: 'ssdp',
        text: said.describesItself(who),
        identity,
        ...(kind === null ? {} : { kind }),
      }
    },
  }
}

function wordsOf({ name, vendor, model }: Identity): string {
  return [name, vendor, model].filter((it) => it !== undefined).join(', ')
}

function header(text: string, name: string): string {
  const value = new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)`, 'im').exec(text)?.[1] ?? ''
  return value
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300)
}
