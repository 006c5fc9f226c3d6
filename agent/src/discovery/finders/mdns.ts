/** Names and services by multicast DNS (RFC 6762): one question from a port of our own, so that answers come to us alone (section 6.7). */
import { kindByWords } from '@steward/shared/discovery'
import { type Answer, decode, encode } from 'dns-packet'
import { callGroup } from '../call-group.ts'
import type { Finder, Finding } from '../contract.ts'
import { said } from '../said.ts'

/** What cameras, printers, speakers and small controllers announce. */
const services = ['_http', '_https', '_rtsp', '_axis-video', '_psia', '_ipp', '_printer', '_bacnet', '_snmp', '_ssh']
const group = '224.0.0.251'
const port = 5353
const listenMs = 2000
/** Nothing longer is sent (RFC 6762, section 17). */
const maxDatagram = 9000
const headerBytes = 12
/** Of a question about the root. */
const leastBytes = 5

export function createMdnsFinder(): Finder {
  return {
    questions: () => [],
    callOut: (call) => callGroup(call, { group, port, listenMs, datagram: makeQuestion, read: readMdnsAnswer }),
  }
}

function makeQuestion(): Buffer {
  const questions = services.map((it) => ({ type: 'PTR' as const, name: `${it}._tcp.local` }))
  return encode({ type: 'query', id: 1 + Math.floor(Math.random() * 0xfffe), questions })
}

/** Null for what says nothing of a device; throws nothing, whatever comes. */
export function readMdnsAnswer(datagram: Buffer): Finding | null {
  if (datagram.length > maxDatagram || claimsTooMuch(datagram)) return null
  let records: Answer[]
  try {
    const packet = decode(datagram)
    records = [...(packet.answers ?? []), ...(packet.additionals ?? [])]
  } catch {
    return null
  }
  const pointers = records.filter((it) => it.type === 'PTR' && it.name.endsWith('._tcp.local'))
  const names = pointers.flatMap((it) => (it.type === 'PTR' ? [instanceOf(it.data, it.name)] : []))
  const hosts = records.flatMap((it) => (it.type === 'SRV' ? [it.data.target.replace(/\.local\.?$/, '')] : []))
  const name = clean(names[0] ?? hosts[0] ?? '')
  if (name === '') return null
  const types = [...new Set(pointers.map((it) => it.name.replace(/\._tcp\.local$/, '').replace(/^_/, '')))].sort()
  const kind = types.includes('axis-video') || types.includes('psia') ? 'camera' : kindByWords(name)
  return {
    by: 'mdns',
    text: said.called(name, types.join(', ')),
    identity: { name },
    ...(kind === null ? {} : { kind }),
  }
}

/** Whether it counts more questions and records than there can be in it (RFC 1035, section 4.1): each would be looked for. */
function claimsTooMuch(datagram: Buffer): boolean {
  if (datagram.length < headerBytes) return true
  const counted = [4, 6, 8, 10].reduce((sum, at) => sum + datagram.readUInt16BE(at), 0)
  return counted * leastBytes > datagram.length
}

/** `Lobby printer._ipp._tcp.local` under `_ipp._tcp.local`: the part in front. */
function instanceOf(instance: string, service: string): string {
  return instance.endsWith(`.${service}`) ? instance.slice(0, -service.length - 1) : instance
}

function clean(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 120)
}
