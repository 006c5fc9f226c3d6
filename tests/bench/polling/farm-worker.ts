/** Many simulated SNMP v2c targets, one address each: GET is answered with a number for every OID, everything else with the end of the MIB. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const [first, count, port] = process.argv.slice(2).map(Number)
if (first === undefined || count === undefined || port === undefined) throw new Error('FIRST COUNT PORT')

const cache = new Map<string, Buffer>()

/** Length octets of BER and where they end. */
function lengthAt(bytes: Buffer, at: number): { length: number; next: number } {
  const head = bytes[at] ?? 0
  if (head < 0x80) return { length: head, next: at + 1 }
  return { length: bytes.readUIntBE(at + 1, head & 0x7f), next: at + 1 + (head & 0x7f) }
}

function wrap(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

/** Variable bindings with their nulls replaced; the same few questions come again and again. */
function answered(list: Buffer, isGet: boolean): Buffer {
  const key = `${isGet}${list.toString('latin1')}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const bindings: Buffer[] = []
  const value = isGet ? Buffer.from([0x02, 0x02, 0x12, 0x34]) : Buffer.from([0x82, 0x00])
  for (let at = 0; at < list.length; ) {
    const { length, next } = lengthAt(list, at + 1)
    // The last two bytes of a binding are the null.
    bindings.push(wrap(0x30, Buffer.concat([list.subarray(next, next + length - 2), value])))
    at = next + length
  }
  const out = wrap(0x30, Buffer.concat(bindings))
  cache.set(key, out)
  return out
}

function reply(request: Buffer): Buffer {
  const message = lengthAt(request, 1).next
  const community = message + 3
  const pdu = community + 2 + (request[community + 1] ?? 0)
  const inside = lengthAt(request, pdu + 1).next
  const id = request.subarray(inside, inside + 2 + (request[inside + 1] ?? 0))
  const list = inside + id.length + 6
  const bindings = request.subarray(lengthAt(request, list + 1).next)
  const body = Buffer.concat([id, Buffer.from([2, 1, 0, 2, 1, 0]), answered(bindings, request[pdu] === 0xa0)])
  return wrap(0x30, Buffer.concat([request.subarray(message, pdu), wrap(0xa2, body)]))
}

for (let i = first; i < first + count; i += 1) {
  const socket = createSocket('udp4')
  socket.on('message', (request, from) => socket.send(reply(request), from.port, from.address))
  socket.bind(port, `127.30.${Math.floor(i / 250)}.${(i % 250) + 1}`)
  await once(socket, 'listening')
}
process.stdin.resume().on('end', () => process.exit(0))
console.log('ready')
