/** An agent reduced to what it says on the wire: its key, its batches, its link. Tests say what it tells and answers. */
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
  verify,
} from 'node:crypto'
import { once } from 'node:events'
import { performServerHandshake, type ServerHttp2Stream } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { EnrolmentCreated } from '@steward/shared/api'
import { AgentConfig } from '@steward/shared/model'
import {
  agentPaths,
  BatchReceipt,
  ChallengeResponse,
  decodeEnrolmentToken,
  EnrolResponse,
  endAtOnce,
  linkPaths,
  linkProtocol,
  signedText,
  TokenResponse,
} from '@steward/shared/wire'
import { Agent, request } from 'undici'
import { createWebSocketStream, WebSocket } from 'ws'
import type { Answer, StartedHub } from './started-hub.ts'

export function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'jwk' }).x ?? ''
}

function signed(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64url')
}

function isSigned(publicKey: string, text: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
}

/** POST to the hub as an agent does. */
export async function post(
  hub: Pick<StartedHub, 'url' | 'ca'>,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const dispatcher = new Agent({ connect: { ca: hub.ca } })
  try {
    const answer = await request(hub.url + path, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: text === '' ? null : JSON.parse(text) }
  } finally {
    await dispatcher.destroy()
  }
}

export async function makeEnrolment(hub: StartedHub, site: string): Promise<EnrolmentCreated> {
  const answer = await hub.call('POST', 'enrolments', { site })
  if (answer.status !== 200) throw new Error(`no enrolment: ${JSON.stringify(answer.body)}`)
  return EnrolmentCreated.parse(answer.body)
}

/** Presents a token and a key; the answer as it came. */
export function enrolWith(hub: StartedHub, token: string, key: KeyObject, over: object = {}): Promise<Answer> {
  const secret = decodeEnrolmentToken(token)?.secret ?? ''
  const agentKey = publicKeyOf(key)
  const body = {
    secret,
    agentKey,
    name: 'Agent',
    version: '0.1.0',
    host: { name: 'box', platform: 'linux', arch: 'x64' },
    allow: ['10.0.0.0/8'],
    signature: signed(key, signedText.enrol({ secret, agentKey })),
    ...over,
  }
  return post(hub, agentPaths.enrol, JSON.stringify(body))
}

/** Proves the key to the hub; `hubKey` is what the token pinned. */
export async function proveKey(
  hub: Pick<StartedHub, 'url' | 'ca'>,
  it: { agentId: string; key: KeyObject; hubKey: string },
): Promise<Answer> {
  const { agentId, key, hubKey } = it
  const nonce = randomBytes(32).toString('base64url')
  const challenge = ChallengeResponse.parse(
    (await post(hub, agentPaths.challenge, JSON.stringify({ agentId, nonce }))).body,
  )
  const proof = signedText.hub({ agentId, agentNonce: nonce, hubNonce: challenge.nonce })
  if (!isSigned(hubKey, proof, challenge.signature)) throw new Error('the hub has not proved its key')
  const signature = signed(key, signedText.agent({ agentId, hubNonce: challenge.nonce }))
  return post(hub, agentPaths.token, JSON.stringify({ agentId, nonce: challenge.nonce, signature }))
}

export type WireAgent = {
  id: string
  site: string
  key: KeyObject
  hubKey: string
  token: string
  epoch: string
  /** the next number of a batch */
  seq: number
}

/** Enrols an agent for a site and gets it a token. */
export async function enrolledAgent(hub: StartedHub, site: string): Promise<WireAgent> {
  const { token } = await makeEnrolment(hub, site)
  const key = newKey()
  const hubKey = decodeEnrolmentToken(token)?.hubKey ?? ''
  const { agentId, signature } = EnrolResponse.parse((await enrolWith(hub, token, key)).body)
  if (!isSigned(hubKey, signedText.enrolled({ agentId, agentKey: publicKeyOf(key) }), signature)) {
    throw new Error('the hub has not confirmed the key')
  }
  const proved = TokenResponse.parse((await proveKey(hub, { agentId, key, hubKey })).body)
  return { id: agentId, site, key, hubKey, token: proved.token, epoch: randomUUID(), seq: 1 }
}

export type Sending = { seq?: number; sentAt?: number; packed?: boolean }

/** Sends records as one batch; the answer as it came. */
export async function sendRaw(
  hub: Pick<StartedHub, 'url' | 'ca'>,
  agent: WireAgent,
  records: readonly unknown[],
  { seq = agent.seq++, sentAt = Date.now(), packed = false }: Sending = {},
): Promise<Answer> {
  const text = JSON.stringify({ epoch: agent.epoch, seq, sentAt, records })
  const headers = { authorization: `Bearer ${agent.token}`, ...(packed ? { 'content-encoding': 'gzip' } : {}) }
  return post(hub, agentPaths.batches, packed ? gzipSync(text) : text, headers)
}

/** The same, for a batch that is to be taken. */
export async function send(
  hub: Pick<StartedHub, 'url' | 'ca'>,
  agent: WireAgent,
  records: readonly unknown[],
  sending: Sending = {},
): Promise<{ acknowledged: number; rejected: { index: number; message: string }[] }> {
  const answer = await sendRaw(hub, agent, records, sending)
  if (answer.status !== 200) throw new Error(`not taken: ${JSON.stringify(answer.body)}`)
  return BatchReceipt.parse(answer.body)
}

export type WireLink = {
  socket: WebSocket
  /** configurations that the hub gave, in order */
  configs: AgentConfig[]
  /** resolves with the close code and reason */
  closed: Promise<{ code: number; why: string }>
  end(): void
}

/** What the agent answers on a path; left out: not found. */
export type LinkAnswers = Partial<Record<string, (body: string) => { status: number; body: unknown }>> & {
  connect?: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void
}

/** Dials the link and serves it. Rejects with the status where the hub refuses. */
export async function openLink(
  hub: Pick<StartedHub, 'url' | 'ca'>,
  agent: WireAgent,
  answers: LinkAnswers = {},
): Promise<WireLink> {
  const socket = new WebSocket(hub.url.replace('https:', 'wss:') + agentPaths.link, linkProtocol, {
    ca: hub.ca,
    headers: { authorization: `Bearer ${agent.token}` },
    perMessageDeflate: false,
  })
  const refused = new Promise<never>((_resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => reject(new Error(`status ${response.statusCode}`)))
    socket.once('error', reject)
  })
  const carrier = createWebSocketStream(socket)
  carrier.on('error', () => undefined)
  endAtOnce(carrier, socket)
  await Promise.race([once(socket, 'open'), refused])
  const configs: AgentConfig[] = []
  const session = performServerHandshake(carrier)
  session.on('error', () => undefined)
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    if (headers[':method'] === 'CONNECT') {
      if (answers.connect === undefined) return stream.close()
      return answers.connect(stream, headers)
    }
    // The hub may have gone by the time there is an answer.
    answer(stream, String(headers[':path']), answers, configs).catch(() => undefined)
  })
  const closed = once(socket, 'close').then(([code, why]) => ({ code: Number(code), why: String(why) }))
  return { socket, configs, closed, end: () => socket.close() }
}

async function answer(
  stream: ServerHttp2Stream,
  path: string,
  answers: LinkAnswers,
  configs: AgentConfig[],
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('utf8')
  if (path === linkPaths.config) configs.push(AgentConfig.parse(JSON.parse(body)))
  const given = answers[path]?.(body)
  const reply =
    given ??
    (path === linkPaths.config
      ? { status: 200, body: { revision: configs.at(-1)?.revision ?? '', problems: [] } }
      : { status: 404, body: {} })
  stream.respond({ ':status': reply.status, 'content-type': 'application/json' })
  stream.end(JSON.stringify(reply.body))
}
