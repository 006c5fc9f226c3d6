/** A simulated ONVIF camera (or recorder): SOAP with Digest and WS-UsernameToken, snapshots, RTSP. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Credentials, challenge, isAuthorised } from '../digest.ts'
import type { Gate } from '../gate.ts'
import { openTcpPort } from '../tcp-port.ts'
import { type CameraModel, deviceTime, openOperations, operations } from './operations.ts'
import { pictureOf } from './picture.ts'
import { serveRtsp } from './rtsp.ts'
import { envelope, fault, isTokenRight, readSoap } from './soap.ts'

export type { CameraModel } from './operations.ts'

export type CameraOptions = {
  address: string
  httpPort: number
  rtspPort: number
  gate: Gate
  credentials: Credentials
  camera: CameraModel
}

const maxBodyBytes = 65_536

export async function startCamera(options: CameraOptions) {
  const { address, gate, credentials, camera } = options
  const rtsp = await openTcpPort({
    address,
    port: options.rtspPort,
    gate,
    serve: (socket) => serveRtsp(socket, { gate, credentials, name: camera.name }),
  })
  let httpPort = options.httpPort
  const server = createServer(async (request, response) => {
    await gate.pass()
    const authorised =
      !gate.refusesCredentials() && isAuthorised(request.headers.authorization, request.method ?? 'GET', credentials)
    const endpoints = { httpBase: `http://${address}:${httpPort}`, rtspBase: `rtsp://${address}:${rtsp.port}` }
    if (request.method === 'POST') await answerSoap(request, response, authorised, endpoints, options)
    else if (!authorised) response.writeHead(401, { 'www-authenticate': challenge() }).end()
    else if (request.url?.startsWith('/snapshot/') === true) {
      response
        .writeHead(200, { 'content-type': 'image/jpeg' })
        .end(pictureOf(`${camera.name}${request.url}`, Date.now()))
    } else response.writeHead(404).end()
  })
  const http = await openTcpPort({
    address,
    port: options.httpPort,
    gate,
    serve: (socket) => server.emit('connection', socket),
  })
  httpPort = http.port
  return {
    httpPort: http.port,
    rtspPort: rtsp.port,
    close: async () => {
      await Promise.all([http.close(), rtsp.close()])
    },
  }
}

async function answerSoap(
  request: IncomingMessage,
  response: ServerResponse,
  authorised: boolean,
  at: { httpBase: string; rtspBase: string },
  { camera, credentials, gate }: CameraOptions,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk))
    if (chunks.reduce((sum, it) => sum + it.length, 0) > maxBodyBytes) {
      response.writeHead(413).end()
      return
    }
  }
  const soap = readSoap(Buffer.concat(chunks).toString('utf8'))
  const send = (status: number, xml: string, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/soap+xml; charset=utf-8', ...headers }).end(xml)
  if (soap === null) {
    send(400, fault('ActionNotSupported', 'not a SOAP request'))
    return
  }
  const byToken =
    soap.token !== null && !gate.refusesCredentials() && isTokenRight(soap.token, credentials, deviceTime(camera))
  if (!openOperations.includes(soap.operation) && !authorised && !byToken) {
    // Whoever came with a token is told in SOAP; whoever came with nothing is asked for Digest.
    if (soap.token !== null) send(400, fault('NotAuthorized', 'Sender not authorized'))
    else send(401, fault('NotAuthorized', 'Sender not authorized'), { 'www-authenticate': challenge() })
    return
  }
  const operation = operations[soap.operation]
  if (operation === undefined) send(500, fault('ActionNotSupported', 'Optional Action Not Implemented'))
  else send(200, envelope(operation(camera, at, soap.body)))
}
