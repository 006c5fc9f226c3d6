/** Servers that give each asker the next wrong answer, for decoders that belong to Node and are reached over sockets alone. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

export type AnsweringServer = {
  port: number
  /** to be given to whoever asks next */
  give(answer: Buffer): void
  close(): Promise<void>
}

/** Each connection gets one answer to the first that it says, and its end. */
export async function answerTcp(): Promise<AnsweringServer> {
  const answers: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.once('data', () => socket.end(answers.shift() ?? ''))
    socket.resume()
  })
  server.listen(0, '127.0.0.1', 1000)
  await once(server, 'listening')
  const bound = server.address()
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    give: (answer) => answers.push(answer),
    async close() {
      for (const it of sockets) it.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Each question gets one answer, made to fit it, and after that a right one, so that nobody waits. */
export async function answerUdp(
  fitted: (answer: Buffer, question: Buffer) => Buffer,
  right: (question: Buffer) => Buffer,
): Promise<AnsweringServer> {
  const answers: Buffer[] = []
  const socket = createSocket('udp4')
  socket.on('message', (question, from) => {
    const wrong = fitted(answers.shift() ?? Buffer.alloc(1), question)
    for (const it of [wrong, right(question)]) socket.send(it, from.port, from.address, () => undefined)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    give: (answer) => answers.push(answer),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
