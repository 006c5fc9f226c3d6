import { createHash, randomBytes } from 'node:crypto'
import { escapeXml } from './soap.ts'

const wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
const wsu = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
const profile = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest'
const base64 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary'

/**
 * SOAP header that proves the password without telling it (WS-Security UsernameToken Profile 1.0, section 3.1).
 * `atMs` is the device's own time: devices refuse a token that is minutes off their clock.
 */
export function usernameToken(user: string, password: string, atMs: number): string {
  const nonce = randomBytes(16)
  const created = new Date(atMs).toISOString()
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64')
  return [
    `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${wsse}" xmlns:wsu="${wsu}"><wsse:UsernameToken>`,
    `<wsse:Username>${escapeXml(user)}</wsse:Username>`,
    `<wsse:Password Type="${profile}">${digest}</wsse:Password>`,
    `<wsse:Nonce EncodingType="${base64}">${nonce.toString('base64')}</wsse:Nonce>`,
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`,
  ].join('')
}
