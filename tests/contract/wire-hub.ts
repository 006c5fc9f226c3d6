/** A hub of nothing but the wire's contract, on a real TLS port: what the agent's uplink is tested against. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { fingerprintOf, ownCertificate } from '@steward/hub/http'
import { type ErrorCode, problemOf, StewardError } from '@steward/shared/errors'
import {
  AgentRecord,
  agentPaths,
  BatchEnvelope,
  ChallengeRequest,
  EnrolRequest,
  encodeEnrolmentToken,
  linkProtocol,
  signedText,
  TokenRequest,
} from '@steward/shared/wire'
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws'
import type { z } from 'zod'

export type WireHub = {
  url: string
  token: string
  ca: string
  records: AgentRecord[]
  batches: { epoch: string; seq: number; text: string; repeated: boolean }[]
  enrolled: z.infer<typeof EnrolRequest>[]
  links: { socket: WebSocket; session: ClientHttp2Session }[]
  /** paths in the order in which they were asked for */
  asked: string[]
  behave: {
    revoked: boolean
    /** store the batch but cut the connection instead of answering */
    loseReceipts: boolean
    refuse: ErrorCode | null
    /** refuse a batch that holds such a record */
    poison: ((record: unknown) => boolean) | null
    enrolment: ErrorCode | null
    wrongKey: boolean
    /** answer `highest` seen of the epoch as if the hub knew more */
    knows: number
  }
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  stop(): Promise<void>
  /** stops listening and cuts everything, and comes back on the same port */
  away(): Promise<void>
  back(): Promise<void>
}

type Keys = { privateKey: KeyObject; publicKey: string }

function makeKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKey: String(publicKey.export({ format: 'jwk' }).x) }
}

const signed = (keys: Keys, text: string) => sign(null, Buffer.from(text), keys.privateKey).toString('base64url')

function isSigned(publicKey: string, text: string, signature: string): boolean {
  const key = { key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' } as const
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
}

export async function startWireHub(options: { pin?: string } = {}): Promise<WireHub> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-wire-hub-'))
  const certificate = await ownCertificate(folder, ['127.0.0.1', 'localhost'], Date.now())
  const keys = makeKeys()
  const other = makeKeys()
  const secret = randomBytes(32).toString('base64url')
  const tokens = new Set<string>()
  const nonces = new Map<string, string>()
  const highest = new Map<string, number>()
  const sockets = new Set<Duplex>()
  let agentKey = ''
  let port = 0

  const server = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const upgrades = new WebSocketServer({ noServer: true, handleProtocols: () => linkProtocol })
  server.on('upgrade', (request, socket, head) => {
    const refused = refusalOf(request)
    if (refused !== null) {
      const problem = JSON.stringify(problemOf(refused))
      const length = Buffer.byteLength(problem)
      socket.end(
        `HTTP/1.1 ${problemOf(refused).status} No\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${problem}`,
      )
      return
    }
    upgrades.handleUpgrade(request, socket, head, (it) => accept(it))
  })

  const hub: WireHub = {
    url: '',
    token: '',
    ca: certificate.ca ?? '',
    records: [],
    batches: [],
    enrolled: [],
    links: [],
    asked: [],
    behave: {
      revoked: false,
      loseReceipts: false,
      refuse: null,
      poison: null,
      enrolment: null,
      wrongKey: false,
      knows: 0,
    },
    ask: (method, path, body) => askAgent(hub, method, path, body),
    async away() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      for (const { socket } of hub.links) socket.terminate()
      await closed
    },
    async back() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    async stop() {
      if (server.listening) await hub.away()
      rmSync(folder, { recursive: true, force: true })
    },
  }

  function accept(socket: WebSocket): void {
    const carrier = createWebSocketStream(socket)
    carrier.on('error', () => undefined)
    const session = connect('http://agent', { createConnection: () => carrier })
    session.on('error', () => undefined)
    const link = { socket, session }
    hub.links.push(link)
    socket.once('close', () => {
      carrier.destroy()
      hub.links.splice(hub.links.indexOf(link), 1)
    })
  }

  function refusalOf(request: IncomingMessage): StewardError | null {
    if (hub.behave.revoked) return new StewardError('fleet/agent-revoked', 'This agent was revoked.')
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    return tokens.has(token) ? null : new StewardError('access/unauthenticated', 'The token is not valid.')
  }

  function answerTo(path: string, body: Buffer, request: IncomingMessage): unknown {
    if (path === agentPaths.enrol) return enrol(EnrolRequest.parse(JSON.parse(body.toString())))
    if (hub.behave.revoked) throw new StewardError('fleet/agent-revoked', 'This agent was revoked.')
    if (path === agentPaths.challenge) {
      const { agentId, nonce } = ChallengeRequest.parse(JSON.parse(body.toString()))
      const hubNonce = randomBytes(32).toString('base64url')
      nonces.set(hubNonce, agentId)
      const text = signedText.hub({ agentId, agentNonce: nonce, hubNonce })
      return { nonce: hubNonce, signature: signed(hub.behave.wrongKey ? other : keys, text) }
    }
    if (path === agentPaths.token) {
      const { agentId, nonce, signature } = TokenRequest.parse(JSON.parse(body.toString()))
      const isRight =
        nonces.delete(nonce) && isSigned(agentKey, signedText.agent({ agentId, hubNonce: nonce }), signature)
      if (!isRight) throw new StewardError('access/unauthenticated', 'The proof is wrong.')
      const token = randomBytes(16).toString('hex')
      tokens.add(token)
      return { token, expiresAt: Date.now() + 3_600_000 }
    }
    const refused = refusalOf(request)
    if (refused !== null) throw refused
    return store(gunzipSync(body).toString('utf8'))
  }

  function enrol(request: z.infer<typeof EnrolRequest>): unknown {
    if (hub.behave.enrolment !== null) throw new StewardError(hub.behave.enrolment, 'Not with this token.')
    if (request.secret !== secret) throw new StewardError('enrolment/token-invalid', 'The token is not valid.')
    agentKey = request.agentKey
    if (!isSigned(agentKey, signedText.enrol({ secret, agentKey }), request.signature)) throw new Error('not signed')
    hub.enrolled.push(request)
    const agentId = 'tower-a-1'
    const signature = signed(hub.behave.wrongKey ? other : keys, signedText.enrolled({ agentId, agentKey }))
    return { agentId, site: { id: 'tower-a', name: 'Tower A', timezone: 'Asia/Shanghai' }, signature }
  }

  function store(text: string): unknown {
    const { epoch, seq, records } = BatchEnvelope.parse(JSON.parse(text))
    if (hub.behave.refuse !== null) throw new StewardError(hub.behave.refuse, 'Not this batch.')
    if (hub.behave.poison !== null && records.some(hub.behave.poison)) {
      throw new StewardError('input/invalid', 'A record of this batch is poison.')
    }
    const known = Math.max(highest.get(epoch) ?? 0, hub.behave.knows)
    hub.behave.knows = 0
    const repeated = seq <= known
    hub.batches.push({ epoch, seq, text: JSON.stringify(records), repeated })
    if (!repeated) hub.records.push(...records.map((it) => AgentRecord.parse(it)))
    highest.set(epoch, Math.max(known, seq))
    return { acknowledged: Math.max(known, seq), rejected: [] }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    hub.asked.push(path)
    const chunks: Buffer[] = []
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
    try {
      const body = path === '/healthz' ? { ok: true } : answerTo(path, Buffer.concat(chunks), request)
      if (hub.behave.loseReceipts && path === agentPaths.batches) return void request.socket.destroy()
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    } catch (error) {
      const known = error instanceof StewardError ? error : new StewardError('system/internal', String(error))
      const problem = problemOf(known)
      response.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  port = address !== null && typeof address === 'object' ? address.port : 0
  hub.url = `https://127.0.0.1:${port}`
  hub.token = encodeEnrolmentToken({
    v: 1,
    url: hub.url,
    secret,
    hubKey: keys.publicKey,
    ca: options.pin ?? fingerprintOf(hub.ca),
    expiresAt: Date.now() + 900_000,
  })
  return hub
}

/** The SHA-256 of something else, for a token that names another certificate. */
export const wrongPin = createHash('sha256').update('another certificate').digest('hex')

async function askAgent(
  hub: WireHub,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const link = hub.links.at(-1)
  if (link === undefined) throw new Error('no link')
  const stream = link.session.request({ ':method': method, ':path': path })
  stream.end(body === undefined ? undefined : JSON.stringify(body))
  const [headers] = await once(stream, 'response')
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return { status: Number(headers[':status']), body: JSON.parse(text) }
}
