/** Servers that receive alerts, on real loopback sockets, each behaving as one case of a channel says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { ReceiverAnswer } from '@steward/hub/alerting'
import { SMTPServer } from 'smtp-server'

export type Received = { path: string; headers: Record<string, string>; body: string }
export type Receiver = { port: number; received: Received[]; bytesSent(): number; close(): Promise<void> }

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return address.port
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
}

function answerHttp(answer: ReceiverAnswer, response: ServerResponse, count: (bytes: number) => void): void {
  if ('http' in answer) {
    const body = answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json)
    response.writeHead(answer.http, answer.headers ?? {}).end(body)
    return
  }
  if (!('behaves' in answer)) throw new Error('an answer of SMTP at an HTTP server')
  if (answer.behaves === 'accepts') response.writeHead(200).end('{"errcode":0,"errmsg":"ok"}')
  if (answer.behaves === 'hangs-up') response.socket?.destroy()
  if (answer.behaves === 'redirects') response.writeHead(307, { location: '/elsewhere' }).end()
  if (answer.behaves === 'answers-without-end') {
    const chunk = Buffer.alloc(65_536, 'x')
    const more = (): void => {
      do count(chunk.length)
      while (response.write(chunk))
    }
    response.writeHead(200).on('drain', more)
    more()
  }
}

/** `port` 0 takes a free one. */
export async function httpReceiver(answer: ReceiverAnswer, port = 0): Promise<Receiver> {
  const received: Received[] = []
  let sent = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (it: Buffer) => chunks.push(it))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      received.push({ path: request.url ?? '', headers: headersOf(request), body })
      answerHttp(answer, response, (bytes) => {
        sent += bytes
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: portOf(server),
    received,
    bytesSent: () => sent,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function refusal(answer: ReceiverAnswer, at: string): Error | null {
  if (!('smtp' in answer) || answer.at !== at) return null
  return Object.assign(new Error(answer.text), { responseCode: answer.smtp })
}

/** A mail server that asks for a login (`steward`, `letmein-please`) and keeps what it took. */
export async function smtpReceiver(answer: ReceiverAnswer): Promise<Receiver> {
  const received: Received[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 100,
    onConnect: (_session, done) => done(refusal(answer, 'greeting')),
    onAuth: (auth, _session, done) => {
      const good = auth.username === 'steward' && auth.password === 'letmein-please'
      const error = refusal(answer, 'login') ?? (good ? null : new Error('wrong password'))
      done(error, { user: 'steward' })
    },
    onRcptTo: (_address, _session, done) => done(refusal(answer, 'recipient')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (it: Buffer) => chunks.push(it))
      stream.on('end', () => {
        const path = session.envelope.rcptTo.map((it) => it.address).join(',')
        received.push({ path, headers: {}, body: Buffer.concat(chunks).toString('utf8') })
        done(refusal(answer, 'message'))
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server.server),
    received,
    bytesSent: () => 0,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** A port that accepts and then says nothing, floods, or hangs up: what any protocol may meet. */
export async function rudeReceiver(behaves: 'never-answers' | 'answers-without-end' | 'hangs-up'): Promise<Receiver> {
  const sockets = new Set<Socket>()
  let sent = 0
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    if (behaves === 'hangs-up') socket.destroy()
    if (behaves !== 'answers-without-end') return
    const chunk = Buffer.alloc(65_536, '2')
    const more = (): void => {
      do sent += chunk.length
      while (socket.write(chunk))
    }
    socket.on('drain', more)
    more()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server),
    received: [],
    bytesSent: () => sent,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
