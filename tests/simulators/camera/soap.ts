/** SOAP 1.2 as ONVIF devices speak it: the operation of a request, WS-UsernameToken, answers and faults (ONVIF Core, sections 5.8 and 5.12). */
import { createHash } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import type { Credentials } from '../digest.ts'

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
})

export type SoapRequest = {
  operation: string
  body: Record<string, unknown>
  token: UsernameToken | null
  subscription: string
}
type UsernameToken = { user: string; digest: string; nonce: string; created: string }

function child(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function parsed(xml: string): unknown {
  try {
    return parser.parse(xml)
  } catch {
    return null
  }
}

/** Null: not SOAP. */
export function readSoap(xml: string): SoapRequest | null {
  const envelope = child(parsed(xml), 'Envelope')
  const body = child(envelope, 'Body')
  if (typeof body !== 'object' || body === null) return null
  const [entry] = Object.entries(body).filter(([name]) => !name.startsWith('?'))
  if (entry === undefined) return null
  const content: unknown = entry[1]
  const token = child(child(child(envelope, 'Header'), 'Security'), 'UsernameToken')
  return {
    operation: entry[0],
    body: typeof content === 'object' && content !== null ? { ...content } : {},
    subscription:
      text(child(child(child(envelope, 'Header'), 'SubscriptionId'), '#text')) ||
      text(child(child(envelope, 'Header'), 'SubscriptionId')),
    token:
      token === undefined
        ? null
        : {
            user: text(child(token, 'Username')),
            digest: text(child(token, 'Password')),
            nonce: text(child(token, 'Nonce')),
            created: text(child(token, 'Created')),
          },
  }
}

/** PasswordDigest = Base64(SHA-1(nonce + created + password)); a creation time off by more than 5 s of the device's is refused, as real ones do. */
export function isTokenRight(token: UsernameToken, credentials: Credentials, deviceTime: number): boolean {
  if (token.user !== credentials.user || Math.abs(Date.parse(token.created) - deviceTime) > 5000) return false
  const digest = createHash('sha1')
    .update(Buffer.from(token.nonce, 'base64'))
    .update(token.created)
    .update(credentials.password)
  return digest.digest('base64') === token.digest
}

const namespaces = [
  ['s', 'http://www.w3.org/2003/05/soap-envelope'],
  ['tds', 'http://www.onvif.org/ver10/device/wsdl'],
  ['trt', 'http://www.onvif.org/ver10/media/wsdl'],
  ['tr2', 'http://www.onvif.org/ver20/media/wsdl'],
  ['trc', 'http://www.onvif.org/ver10/recording/wsdl'],
  ['tse', 'http://www.onvif.org/ver10/search/wsdl'],
  ['tdc', 'http://www.onvif.org/ver10/doorcontrol/wsdl'],
  ['tac', 'http://www.onvif.org/ver10/accesscontrol/wsdl'],
  ['tev', 'http://www.onvif.org/ver10/events/wsdl'],
  ['wsnt', 'http://docs.oasis-open.org/wsn/b-2'],
  ['wsa5', 'http://www.w3.org/2005/08/addressing'],
  ['tt', 'http://www.onvif.org/ver10/schema'],
  ['ter', 'http://www.onvif.org/ver10/error'],
]
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ')

export function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${namespaces}><s:Body>${body}</s:Body></s:Envelope>`
}

export function fault(code: 'NotAuthorized' | 'ActionNotSupported' | 'WellFormed', reason: string): string {
  return envelope(
    `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:${code}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason></s:Fault>`,
  )
}
