/** Answers of name servers, over a socket: Node's resolver reads them. */
import { isStewardError } from '@steward/shared/errors'
import { type Answer, encode } from 'dns-packet'
import { askName } from '../../../agent/src/drivers/dns/ask.ts'
import { type Decoder, hex } from '../decoder.ts'
import { answerUdp } from '../servers.ts'

const name = 'door.example.org'
const [headerBytes, refused] = [12, 0x8185]
const limits = { timeoutMs: 5000, signal: new AbortController().signal }
const answer = (...answers: Answer[]): Buffer =>
  encode({ type: 'response', id: 1, questions: [{ type: 'A', name }], answers })

/** Its id and its question are those of `question`, or it would be passed over. */
function fitted(message: Buffer, question: Buffer): Buffer {
  question.copy(message, 0, 0, 2)
  if (message.length >= question.length && (message[5] ?? 0) === 1) question.copy(message, headerBytes, headerBytes)
  return message
}

function right(question: Buffer): Buffer {
  const message = Buffer.from(question)
  message.writeUInt16BE(refused, 2)
  return message
}

export const dns: Decoder = {
  corpus: [
    answer({ type: 'A', name, ttl: 60, data: '192.0.2.7' }),
    answer(
      { type: 'CNAME', name, ttl: 60, data: 'a.example.org' },
      { type: 'A', name: 'a.example.org', data: '192.0.2.8' },
    ),
    answer({ type: 'TXT', name, ttl: 60, data: ['v=1', 'x'] }),
    answer({ type: 'MX', name, ttl: 60, data: { preference: 10, exchange: 'mail.example.org' } }),
  ],
  tokens: hex('c0 0c', 'ff ff', '00 01 00 01', '3f', '00 00 00 3c 00 04', '00 10'),
  nests: [[Buffer.from([0xc0, 0x0c]), Buffer.alloc(0)]],
  atOnce: 16,
  isRefusal: (error) => isStewardError(error),
  async open() {
    const server = await answerUdp(fitted, right)
    const types = ['A', 'TXT', 'MX', 'CNAME'] as const
    return {
      async decode(message, chance) {
        server.give(message.subarray(0, 4096))
        const type = types[chance(types.length)] ?? 'A'
        const told = await askName({ address: '127.0.0.1', port: server.port, name, type }, limits)
        return told.state === 'ok' ? told : null
      },
      close: () => server.close(),
    }
  },
}
