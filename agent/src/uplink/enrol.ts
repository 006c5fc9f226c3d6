import { arch, hostname, platform } from 'node:os'
import { StewardError } from '@steward/shared/errors'
import { agentPaths, decodeEnrolmentToken, type EnrolmentTicket, EnrolResponse, signedText } from '@steward/shared/wire'
import { type AgentFile, publicKeyOf, signText, verifyText } from '../vault/index.ts'
import { fetchPinnedCa } from './chain.ts'
import { createHubClient } from './hub-client.ts'
import { readAnswer } from './identity.ts'

export type EnrolOptions = {
  token: string
  name: string
  allow: readonly string[]
  allowLoopback: boolean
  version: string
  /** the agent's new key in PEM; the same one again where an answer of the hub was lost on its way */
  privateKey: string
  /** the proxy for a hub's address, or null */
  proxyFor(url: string): string | null
  /** epoch milliseconds */
  now: number
}

const timeoutMs = 20_000

/**
 * Makes this machine an agent of the hub that the token names. The hub's CA is looked at and compared before anything
 * secret is sent; then the hub proves its identity key. Throws StewardError for the person who entered the token.
 */
export async function enrol(options: EnrolOptions): Promise<AgentFile> {
  const ticket = ticketOf(options.token)
  const proxy = options.proxyFor(ticket.url)
  const ca = ticket.ca === null ? null : await fetchPinnedCa(ticket.url, ticket.ca, proxy)
  const client = createHubClient({ url: ticket.url, ca, proxy })
  try {
    const { privateKey } = options
    const answer = await client.post(agentPaths.enrol, JSON.stringify(requestOf(options, ticket)), {
      timeoutMs,
    })
    const { agentId, site, signature } = readAnswer(answer, EnrolResponse, ticket.url)
    if (!verifyText(ticket.hubKey, signedText.enrolled({ agentId, agentKey: publicKeyOf(privateKey) }), signature)) {
      throw new StewardError(
        'fleet/hub-not-trusted',
        `${ticket.url} does not hold the key that the token names; make a new token.`,
      )
    }
    return {
      version: 1,
      agentId,
      name: options.name,
      site,
      hub: { url: ticket.url, key: ticket.hubKey, ca },
      privateKey,
      allow: [...options.allow],
      allowLoopback: options.allowLoopback,
      enrolledAt: options.now,
    }
  } finally {
    client.dropConnections()
  }
}

function ticketOf(token: string): EnrolmentTicket {
  const ticket = decodeEnrolmentToken(token.trim())
  if (ticket !== null) return ticket
  const advice = 'copy the whole command that the hub shows, it begins with steward-enrol-'
  throw new StewardError(
    'enrolment/token-invalid',
    `This is no enrolment token, or a part of it is missing; ${advice}.`,
  )
}

function requestOf(options: EnrolOptions, { secret }: EnrolmentTicket): unknown {
  const { privateKey } = options
  const agentKey = publicKeyOf(privateKey)
  return {
    secret,
    agentKey,
    name: options.name,
    version: options.version,
    host: { name: hostname().slice(0, 255), platform: platform(), arch: arch() },
    allow: options.allow,
    signature: signText(privateKey, signedText.enrol({ secret, agentKey })),
  }
}
