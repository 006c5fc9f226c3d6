/** SOAP 1.2 around ONVIF's operations: envelopes out, bodies and faults in. */
import { parseXml, unescapeXml, type XmlNode, type XmlValue } from '../xml.ts'

export type { XmlNode }

export const namespaces = {
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tr2: 'http://www.onvif.org/ver20/media/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  trc: 'http://www.onvif.org/ver10/recording/wsdl',
  tse: 'http://www.onvif.org/ver10/search/wsdl',
  tdc: 'http://www.onvif.org/ver10/doorcontrol/wsdl',
  tac: 'http://www.onvif.org/ver10/accesscontrol/wsdl',
} as const

const wsa = 'http://www.w3.org/2005/08/addressing'

export function envelope(header: string, body: string): string {
  const head = header === '' ? '' : `<s:Header>${header}</s:Header>`
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${head}<s:Body>${body}</s:Body></s:Envelope>`
}

/** Headers of WS-Addressing 1.0; `to`: the address as the device wrote it. */
export function addressedTo(action: string, to = ''): string {
  const place = to === '' ? '' : `<To xmlns="${wsa}">${escapeXml(to)}</To>`
  return `<Action xmlns="${wsa}">${action}</Action>${place}`
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (it) => `&#${it.charCodeAt(0)};`)
}

export type SoapAnswer = { body: XmlNode } | { fault: string; isRefusal: boolean }

/** Null: what came is no SOAP message. A document type is refused (SOAP 1.2 part 1, section 5): it can only be an attack. */
export function parseSoap(text: string): SoapAnswer | null {
  const document = parseXml(text)
  if (document === null) return null
  const body = child(child(document, 'Envelope'), 'Body')
  if (body === undefined) return null
  const fault = child(body, 'Fault')
  return fault === undefined ? { body } : faultOf(fault)
}

/** ONVIF Core section 5.8.2.3 names the refusals; devices write them in the code, its sub-codes or the reason. */
function faultOf(fault: XmlNode): SoapAnswer {
  const words = texts(fault).join(' ')
  const reason = textAt(fault, 'Reason', 'Text') || textAt(fault, 'faultstring') || words
  const isRefusal = /NotAuthorized|FailedAuthentication|InvalidSecurity|not\s*authori[sz]ed|unauthori[sz]ed/i.test(
    words,
  )
  return { fault: reason.replace(/\s+/g, ' ').slice(0, 200), isRefusal }
}

function texts(node: XmlValue): string[] {
  if (typeof node === 'string') return [node]
  if (Array.isArray(node)) return node.flatMap(texts)
  return Object.entries(node).flatMap(([name, it]) => (name.startsWith('@') ? [] : texts(it)))
}

/** The first child of this name. */
export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return children(node, name)[0]
}

export function children(node: XmlNode | undefined, name: string): XmlNode[] {
  if (node === undefined || typeof node === 'string' || !Object.hasOwn(node, name)) return []
  const found = node[name]
  return found === undefined ? [] : Array.isArray(found) ? found : [found]
}

/** Text of the element at this path, empty where there is none. */
export function textAt(node: XmlNode | undefined, ...path: string[]): string {
  const found = path.reduce<XmlNode | undefined>(child, node)
  const text = typeof found === 'string' ? found : children(found, '#text').find((it) => typeof it === 'string')
  return unescapeXml(typeof text === 'string' ? text : '')
}

/** The values of all attributes, declarations of namespaces among them. */
export function attributeEntries(node: XmlNode | undefined): string[] {
  if (node === undefined || typeof node === 'string') return []
  return Object.keys(node).flatMap((name) => (name.startsWith('@') ? [attribute(node, name.slice(1))] : []))
}

export function attribute(node: XmlNode | undefined, name: string): string {
  const found = child(node, `@${name}`)
  return typeof found === 'string' ? unescapeXml(found) : ''
}
