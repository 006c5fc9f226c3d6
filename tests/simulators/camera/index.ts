/** A simulated ONVIF camera (or recorder): SOAP with Digest and WS-UsernameToken, snapshots, RTSP. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Credentials, createDigestGuard, type DigestGuard } from '../digest.ts'
import type { Gate } from '../gate.ts'
import { openHttpPort } from '../http-port.ts'
import { openTcpPort } from '../tcp-port.ts'
import { type CameraModel, deviceTime, type Endpoints, openOperations, operations } from './operations.ts'
import { type PictureFault, pictureOf } from './picture.ts'
import { serveRtsp } from './rtsp.ts'
import { envelope, fault, isTokenRight, readSoap } from './soap.ts'

export { newEvents } from './events.ts'
export type { CameraModel } from './operations.ts'
export { pictureFaults } from './picture.ts'

/** Port 0: a free one. */
export type CameraOptions = {
  address: string
  httpPort: number
  rtspPort: number
  gate: Gate
  credentials: Credentials
  camera: CameraModel
  now?: () => number
}

export type CameraHandle = {
  httpPort: number
  rtspPort: number
  /** RTSP connections that are open */
  viewers(): number
  close(): Promise<void>
}

/** What each request is answered with. */
type Context = Required<CameraOptions> & {
  guard: DigestGuard
  endpoints: () => Omit<Endpoints, 'service' | 'subscription'>
}

const maxBodyBytes = 65_536

export async function startCamera(options: CameraOptions): Promise<CameraHandle> {
  const { address, gate, credentials, camera } = options
  const guard = createDigestGuard(credentials)
  const streamGuard = createDigestGuard(credentials, camera.digest === undefined ? {} : { algorithms: camera.digest })
  let viewers = 0
  const rtsp = await openTcpPort({
    address,
    port: options.rtspPort,
    gate,
    serve: (socket) => {
      viewers += 1
      socket.on('close', () => {
        viewers -= 1
      })
      serveRtsp(socket, { gate, guard: streamGuard, name: camera.name, address, manner: () => camera.stream })
    },
  })
  const endpoints = () => ({ httpBase: `http://${address}:${http.port}`, rtspBase: `rtsp://${address}:${rtsp.port}` })
  const context: Context = { now: Date.now, ...options, guard, endpoints }
  const http = await openHttpPort({
    address,
    port: options.httpPort,
    gate,
    handle: (request, response) =>
      request.method === 'POST' ? answerSoap(request, response, context) : answerPicture(request, response, context),
  })
  return {
    httpPort: http.port,
    rtspPort: rtsp.port,
    viewers: () => viewers,
    close: async () => {
      await Promise.all([http.close(), rtsp.close()])
    },
  }
}

function isAuthorised(request: IncomingMessage, { gate, guard }: Context): boolean {
  return !gate.refusesCredentials() && guard.isAuthorised(request.headers.authorization, request.method ?? 'GET')
}

async function answerPicture(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { camera, gate, guard, now } = context
  const token = /^\/snapshot\/([\w-]+)\.jpg(?:\?|$)/.exec(request.url ?? '')?.[1]
  const channel = camera.channels.find((it) => it.token === token)
  if (!isAuthorised(request, context))
    response.writeHead(401, { 'www-authenticate': guard.challenge(request.headers.authorization) }).end()
  else if (channel === undefined) response.writeHead(404).end()
  else {
    const fault = camera.pictureFault ?? gate.pictureFault()
    const at = standing(camera, fault, deviceTime(camera, now()))
    const jpeg = pictureOf(channel.picture ?? channel.name, at, fault)
    response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'no-store' }).end(jpeg)
  }
}

const stoodAt = new WeakMap<CameraModel, number>()

/** The time of the picture: when it froze, where it has. */
function standing(camera: CameraModel, fault: PictureFault | null, now: number): number {
  if (fault !== 'frozen') stoodAt.delete(camera)
  else if (!stoodAt.has(camera)) stoodAt.set(camera, now)
  return stoodAt.get(camera) ?? now
}

/** Null: larger than a question is. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > maxBodyBytes) return null
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function answerSoap(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { camera, credentials, gate, guard, endpoints, now } = context
  const text = await bodyOf(request)
  const soap = text === null ? null : readSoap(text)
  const send = (status: number, xml: string, headers: Record<string, string | string[]> = {}) =>
    response.writeHead(status, { 'content-type': 'application/soap+xml; charset=utf-8', ...headers }).end(xml)
  if (text === null) {
    response.writeHead(413, { connection: 'close' }).end()
    return
  }
  if (soap === null) {
    send(400, fault('WellFormed', 'Not a SOAP request'))
    return
  }
  const byToken =
    soap.token !== null &&
    !gate.refusesCredentials() &&
    isTokenRight(soap.token, credentials, deviceTime(camera, now()))
  if (!openOperations.includes(soap.operation) && !byToken && !isAuthorised(request, context)) {
    // Whoever came with a token is told in SOAP; whoever came with nothing is asked for Digest.
    if (soap.token !== null) send(400, fault('NotAuthorized', 'Sender not authorized'))
    else {
      const challenge = guard.challenge(request.headers.authorization)
      send(401, fault('NotAuthorized', 'Sender not authorized'), { 'www-authenticate': challenge })
    }
    return
  }
  const operation = Object.hasOwn(operations, soap.operation) ? operations[soap.operation] : undefined
  const at = { ...endpoints(), service: request.url ?? '', subscription: soap.subscription }
  const answer = operation?.(camera, at, soap.body, now()) ?? null
  if (answer === null) send(500, fault('ActionNotSupported', 'Optional Action Not Implemented'))
  else send(200, envelope(answer))
}
