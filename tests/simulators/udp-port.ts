/** A UDP port of a simulated server: closed while it is off, otherwise answering each packet with one. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Gate } from './gate.ts'

export type UdpPort = { port: number; close(): Promise<void> }

/** Null: no answer. */
export async function openUdpPort(gate: Gate, answer: (question: Buffer) => Buffer | null): Promise<UdpPort> {
  let socket: Socket | null = null
  let port = 0
  let closed = false
  const listen = async (): Promise<void> => {
    const next = createSocket('udp4')
    next.on('message', (question, from) => {
      void gate.pass().then(() => {
        const packet = answer(question)
        if (packet !== null && socket === next) next.send(packet, from.port, from.address)
      })
    })
    next.bind(port, '127.0.0.1')
    await once(next, 'listening')
    port = next.address().port
    socket = next
  }
  const shut = async (): Promise<void> => {
    const before = socket
    socket = null
    if (before !== null) await new Promise<void>((resolve) => before.close(() => resolve()))
  }
  let turn = Promise.resolve()
  const follow = (): void => {
    turn = turn.then(async () => {
      const wanted = gate.isOpen() && !closed
      if (wanted && socket === null) await listen()
      if (!wanted && socket !== null) await shut()
    })
  }
  gate.onChange(follow)
  await listen()
  return {
    get port() {
      return port
    },
    async close() {
      closed = true
      follow()
      await turn
    },
  }
}
