/** WS-Discovery (April 2005) as ONVIF devices speak it (Core, section 7): a probe out, and who answers in. */
import { randomUUID } from 'node:crypto'
import type { Identity } from '@steward/shared/model'
import { ownAddress } from './own-address.ts'
import { children, escapeXml, parseSoap, textAt } from './soap.ts'

/** Where devices listen, and the group that all of them hear (section 2.4). */
export const wsDiscovery = { port: 3702, group: '239.255.255.250' } as const

export type ProbeMatch = {
  identity: Identity
  /** where its device service is, on the device itself */
  service: { port: number; path: string } | null
  /** its scopes as it writes them, without ONVIF's prefix */
  scopes: string[]
}

const scopePrefix = 'onvif://www.onvif.org/'
const maxDatagram = 64 * 1024

/** A probe for video devices, each with an id of its own: devices drop one that they have heard before. */
export function makeProbe(): Buffer {
  const id = `uuid:${randomUUID()}`
  const action = 'http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe'
  const to = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery'
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"',
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">',
    `<e:Header><w:MessageID>${escapeXml(id)}</w:MessageID><w:To>${to}</w:To><w:Action>${action}</w:Action></e:Header>`,
    '<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>',
  ].join('')
  return Buffer.from(text)
}

/** Null for what is no answer to a probe. `address` is the sender's: whatever it writes, only that is used. */
export function readProbeMatch(datagram: Buffer, address: string): ProbeMatch | null {
  const answer = datagram.length > maxDatagram ? null : parseSoap(datagram.toString('utf8'))
  if (answer === null || !('body' in answer)) return null
  const [match] = children(children(answer.body, 'ProbeMatches')[0], 'ProbeMatch')
  if (match === undefined) return null
  const scopes = words(textAt(match, 'Scopes'))
    .filter((it) => it.startsWith(scopePrefix))
    .map((it) => decoded(it.slice(scopePrefix.length)))
  const services = words(textAt(match, 'XAddrs')).map((it) => ownAddress(it, { address, port: 80 }, 80))
  return {
    identity: identityOf(scopes),
    service: services.find((it) => it !== null) ?? null,
    scopes,
  }
}

function identityOf(scopes: readonly string[]): Identity {
  const of = (name: string): string => {
    const scope = scopes.find((it) => it.toLowerCase().startsWith(`${name}/`)) ?? ''
    return scope
      .slice(name.length + 1)
      .trim()
      .slice(0, 200)
  }
  const fields = { name: of('name'), model: of('hardware'), mac: macOf(of('mac')) }
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ''))
}

function macOf(text: string): string {
  const bytes = text.match(/[0-9a-f]{2}/gi) ?? []
  return bytes.length === 6 ? bytes.join(':').toLowerCase() : ''
}

function words(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((it) => it !== '')
    .slice(0, 100)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
