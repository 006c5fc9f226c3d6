/** An SNMP target whose tables have no end: whatever is asked for next is there. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  bytesOf,
  childrenOf,
  integer,
  type Oid,
  octets,
  oid,
  readInteger,
  readTlv,
  tags,
  tlv,
} from '../simulators/snmp/ber.ts'
import { pduTags, readPdu, writePdu } from '../simulators/snmp/pdu.ts'

const mostAtOnce = 25
const text = octets('row without end')

export async function startEndlessTarget() {
  let answers = 0
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    const [version, community, pdu] = childrenOf(message, readTlv(message, 0))
    if (version === undefined || community === undefined || pdu === undefined) return
    const { tag, id, names } = readPdu(message, pdu)
    const count = tag === pduTags.bulk ? mostAtOnce : 1
    const varbinds = names.flatMap((name) =>
      tag === pduTags.get ? [varbind(name)] : Array.from({ length: count }, (_, i) => varbind(later(name, i + 1))),
    )
    const answer = writePdu(pduTags.response, id, varbinds)
    const whole = tlv(
      tags.sequence,
      integer(readInteger(message, version)),
      octets(bytesOf(message, community)),
      answer,
    )
    answers += 1
    socket.send(whole, from.port, from.address, () => undefined)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    answers: () => answers,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
}

const varbind = (name: Oid): Buffer => tlv(tags.sequence, oid(name), text)

/** A row below what was asked for, or behind it. */
function later(name: Oid, by: number): Oid {
  const isTable = name.length < 12
  return isTable ? [...name, by] : [...name.slice(0, -1), (name.at(-1) ?? 0) + by]
}
