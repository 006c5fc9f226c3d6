/** TLS: whether a server shakes hands, and what its certificate is worth. For mail, LDAP, MQTT and whatever else is no HTTP. */
import type { ConnectionOf } from '@steward/shared/model'
import { certificateEnd, daysLeft } from '../certificate-end.ts'
import type { Driver, DriverSession, LearnedPoint, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { shakeHands } from './shake-hands.ts'

const text = (id: string, name: string) => ({ id, class: 'text', instance: '', name, unit: '' })
const handshake = { ...text('tls.handshake-time', 'Time to shake hands'), class: 'latency', unit: 's' }
const protocol = text('tls.protocol', 'TLS version')
const issuer = text('tls.issuer', 'Certificate issued by')
const subject = text('tls.subject', 'Certificate issued to')
const chain = text('tls.chain', 'Chain of certificates')
const name = { ...text('tls.name', 'Name in the certificate'), class: 'state', states: ['ok', 'other-name'] }

export function createTlsDriver(): Driver<'tls'> {
  return { name: 'tls', needsSecret: () => false, open: openSession, close: () => undefined }
}

function openSession({ address, connection }: Target<ConnectionOf<'tls'>>): DriverSession {
  const at = { address, port: connection.port, serverName: connection.serverName }
  let told = false
  return {
    check: (limits) => checkOutcomeOf(async () => void (await shakeHands(at, limits))),
    async poll(limits) {
      const it = await shakeHands(at, limits)
      const points = told ? {} : { points: pointsFor(connection) }
      told = true
      return {
        ...points,
        values: {
          [certificateEnd.id]: daysLeft(it.certificate, Date.now()),
          [handshake.id]: it.tookMs / 1000,
          [protocol.id]: it.protocol,
          [issuer.id]: partyOf(it.certificate.issuer),
          [subject.id]: partyOf(it.certificate.subject),
          [chain.id]: it.chain,
          [name.id]: it.name,
        },
        errors: [],
      }
    },
    close: () => undefined,
  }
}

/** Who states a name wants it to be right; an address alone is seldom in a certificate. */
function pointsFor({ serverName }: ConnectionOf<'tls'>): LearnedPoint[] {
  const named = serverName === undefined ? name : { ...name, watch: { isDirect: false, states: ['other-name'] } }
  return [certificateEnd, handshake, protocol, issuer, subject, chain, named]
}

/** Its common name, else its organisation, else nothing (RFC 5280, section 4.1.2.4: every part may be left out or be there twice). */
function partyOf(party: Record<string, string | string[] | undefined>): string {
  return [party.CN ?? party.O ?? '']
    .flat()
    .join(', ')
    .replace(/\p{Cc}/gu, '')
    .slice(0, 200)
}
