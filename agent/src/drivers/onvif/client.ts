/**
 * Calls to one device. It proves the password the way the device asks for: by WS-UsernameToken in its own time, and by HTTP
 * Digest where it challenges. A refusal ends the call, so that a wrong password is offered once and not once an operation.
 */
import { StewardError } from '@steward/shared/errors'
import type { DeviceSecret, Limits } from '../contract.ts'
import { createHttpAuth, type HttpAuth, sendAuthenticated } from '../http-auth.ts'
import { createHttpClient, type HttpClient, type HttpRequest, type HttpResponse } from '../http-client.ts'
import { questions } from './operations.ts'
import { envelope, parseSoap, type XmlNode } from './soap.ts'
import { usernameToken } from './username-token.ts'

/** Where a service is, on the device itself: its own address is used whatever host it names. */
export type ServicePath = { port: number; path: string }

export type OnvifClient = {
  where: string
  /**
   * The body of the answer. Throws StewardError: `driver/refused-credentials`, `driver/no-secret`, `driver/protocol` (a fault, or no
   * SOAP), `driver/timeout`, `driver/unreachable`.
   */
  call(
    service: ServicePath,
    body: string,
    limits: Limits,
    options?: { anonymous?: boolean; header?: string },
  ): Promise<XmlNode>
  /** Any HTTP answer to the question that needs no password. Throws StewardError where there is none. */
  reach(service: ServicePath, limits: Limits): Promise<void>
  /** A picture or other resource of the device, authenticated by HTTP. */
  fetch(at: ServicePath, limits: Limits, maxBytes: number): Promise<HttpResponse>
  /** The device's clock minus ours, ms; needed for the tokens. */
  clockOffsetMs: number
  close(): void
}

const maxSoapBytes = 1024 * 1024

export function createOnvifClient(address: string, port: number, secret: DeviceSecret | null): OnvifClient {
  const http = createHttpClient({ address, port, tls: false })
  const user = secret?.user ?? ''
  const password = secret?.password
  const auth = password === undefined ? null : createHttpAuth({ user, password }, false)
  // Pictures come from the device's web server, which often knows nothing but Basic.
  const pictureAuth = password === undefined ? null : createHttpAuth({ user, password }, true)

  const client: OnvifClient = {
    where: http.where,
    clockOffsetMs: 0,
    async call(service, body, limits, { anonymous = false, header = '' } = {}) {
      const token =
        anonymous || password === undefined ? '' : usernameToken(user, password, Date.now() + client.clockOffsetMs)
      const response = await post(http, anonymous ? null : auth, service, envelope(`${token}${header}`, body), limits)
      return bodyOf(response, http.where, password !== undefined && !anonymous)
    },
    async reach(service, limits) {
      await post(http, null, service, envelope('', questions.time), limits)
    },
    fetch: (at, limits, maxBytes) =>
      sendAuthenticated(http, pictureAuth, { method: 'GET', path: at.path, port: at.port, maxBytes }, limits),
    close: () => http.close(),
  }
  return client
}

function post(
  http: HttpClient,
  auth: HttpAuth | null,
  service: ServicePath,
  body: string,
  limits: Limits,
): Promise<HttpResponse> {
  const request: HttpRequest = {
    method: 'POST',
    path: service.path,
    port: service.port,
    headers: { 'content-type': 'application/soap+xml; charset=utf-8' },
    body,
    maxBytes: maxSoapBytes,
  }
  return auth === null ? http.send(request, limits) : sendAuthenticated(http, auth, request, limits)
}

/** Faults count whatever the status says: devices send them with 200, 400, 401 and 500 alike. */
function bodyOf(response: HttpResponse, where: string, hasPassword: boolean): XmlNode {
  const answer = parseSoap(response.body.toString('utf8'))
  if (answer !== null && 'body' in answer && response.status < 400) return answer.body
  const isRefusal =
    response.status === 401 || response.status === 403 || (answer !== null && 'fault' in answer && answer.isRefusal)
  if (isRefusal && !hasPassword)
    throw new StewardError('driver/no-secret', `${where} (ONVIF) asks for a user and password; set them at the agent`)
  if (isRefusal) throw new StewardError('driver/refused-credentials', `${where} (ONVIF) refuses the user or password`)
  const why =
    answer !== null && 'fault' in answer ? `a fault: ${answer.fault}` : `HTTP ${response.status} that is not SOAP`
  throw new StewardError('driver/protocol', `${where} (ONVIF) answered with ${why}`)
}
