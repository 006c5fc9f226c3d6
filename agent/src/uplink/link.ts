import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { endAtOnce, linkProtocol } from '@steward/shared/wire'
import { createWebSocketStream, type WebSocket } from 'ws'
import type { Log } from '../polling/contract.ts'
import { type HubClient, textOf } from './hub-client.ts'
import { refusalOf } from './identity.ts'
import type { LinkHost } from './link-host.ts'
import { serveLink } from './link-server.ts'
import { connectionError } from './trust.ts'

export type Link = {
  /** Resolves with the reason, as a half sentence, when the link is gone; never rejects. */
  closed: Promise<string>
  end(): void
}

/**
 * Opens one link: a WebSocket that the agent dials, in which the hub asks as the HTTP/2 client. Throws what the hub
 * answers instead (`fleet/agent-revoked`, `access/unauthenticated`) or why it cannot be reached.
 */
export async function openLink(
  client: HubClient,
  token: string,
  host: LinkHost,
  log: Log,
  { signal, pingEveryMs }: { signal: AbortSignal; pingEveryMs: number },
): Promise<Link> {
  const socket = client.link(token)
  // Before it is open: the hub's first frame may come in one packet with its answer, and would be lost.
  const carrier = createWebSocketStream(socket)
  carrier.on('error', () => undefined)
  endAtOnce(carrier, socket)
  const abort = () => socket.terminate()
  signal.addEventListener('abort', abort)
  try {
    await opened(socket, client.url)
  } catch (error) {
    socket.on('error', () => undefined)
    socket.terminate()
    throw connectionError(error, client.url)
  } finally {
    signal.removeEventListener('abort', abort)
  }
  serveLink(carrier, host, log)
  return { closed: watch(socket, carrier, pingEveryMs), end: () => void carrier.destroy() }
}

function opened(socket: WebSocket, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (request, answer) => {
      textOf(answer)
        .then((text) => reject(refusalOf({ status: answer.statusCode ?? 0, text }, url)))
        .catch(reject)
        .finally(() => request.destroy())
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection was cut')))
    socket.once('open', () => {
      if (socket.protocol === linkProtocol) resolve()
      else reject(new Error('the hub speaks another protocol in its link'))
    })
  })
}

/**
 * Pings, and drops a link on which nothing has come for two pings: the other end is gone without a word. It is always
 * the carrier that is destroyed and never the HTTP/2 session in it: a session destroyed while its carrier shuts down
 * writes once more, and Node 24 ends the process over that (an assertion in its JSStreamSocket).
 */
function watch(socket: WebSocket, carrier: Duplex, pingEveryMs: number): Promise<string> {
  let silentFor = 0
  let reason = 'the connection was lost'
  const word = () => {
    silentFor = 0
  }
  socket.on('pong', word)
  socket.on('ping', word)
  socket.on('message', word)
  const timer = setInterval(() => {
    if (silentFor >= 2) {
      reason = `the hub has not answered for ${(2 * pingEveryMs) / 1000} s`
      return socket.terminate()
    }
    silentFor += 1
    socket.ping()
  }, pingEveryMs)
  return once(socket, 'close').then(([code, text]) => {
    clearInterval(timer)
    carrier.destroy()
    return Buffer.isBuffer(text) && text.length > 0 ? `the hub closed it (${code}: ${text.toString('utf8')})` : reason
  })
}
