/** A name server (RFC 1035) with a few names: A, CNAME and TXT; all else is no such name. */
import type { Gate } from './gate.ts'
import { openUdpPort, type UdpPort } from './udp-port.ts'

const types: Readonly<Record<number, string>> = { 1: 'A', 5: 'CNAME', 16: 'TXT', 28: 'AAAA' }
const [noSuchName, classIn, ttlS] = [3, 1, 60]

/** `zone`: `door.example.org A` → its answers. `failure`: a response code (section 4.1.1) in place of all answers. */
export function startDnsServer(
  gate: Gate,
  zone: Readonly<Record<string, readonly string[]>>,
  failure = 0,
): Promise<UdpPort> {
  return openUdpPort(gate, (query) => {
    const asked = questionIn(query)
    if (asked === null) return null
    const names = Object.keys(zone).filter((it) => it.startsWith(`${asked.name} `))
    const answers = failure === 0 ? (zone[`${asked.name} ${types[asked.type] ?? ''}`] ?? []) : []
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(0x8400 | failure | (names.length === 0 ? noSuchName : 0), 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(answers.length, 6)
    return Buffer.concat([header, query.subarray(12, asked.end), ...answers.map((it) => recordOf(asked.type, it))])
  })
}

function questionIn(query: Buffer): { name: string; type: number; end: number } | null {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  if (at + 5 > query.length) return null
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** The name is a pointer to the question's (section 4.1.4). */
function recordOf(type: number, text: string): Buffer {
  const data = dataOf(type, text)
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(classIn, 4)
  head.writeUInt32BE(ttlS, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function dataOf(type: number, text: string): Buffer {
  if (types[type] === 'A') return Buffer.from(text.split('.').map(Number))
  const counted = (it: string) => Buffer.concat([Buffer.from([it.length]), Buffer.from(it, 'latin1')])
  return types[type] === 'TXT' ? counted(text) : Buffer.concat([...text.split('.').map(counted), Buffer.from([0])])
}
