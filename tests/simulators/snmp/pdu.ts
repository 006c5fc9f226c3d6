/** Requests and answers (RFC 3416): GET, GETNEXT, GETBULK; SET is refused, since nothing here may be written. */
import { bytesOf, childrenOf, integer, type Oid, oid, readInteger, readOid, type Tlv, tags, tlv } from './ber.ts'
import type { Objects, Varbind } from './mib.ts'

export const pduTags = { get: 0xa0, next: 0xa1, response: 0xa2, set: 0xa3, bulk: 0xa5, report: 0xa8 } as const

/** `first` and `second` are error status and index, or in a GETBULK non-repeaters and max-repetitions. */
export type Request = { tag: number; id: number; first: number; second: number; names: Oid[]; varbinds: Buffer }

const errors = { tooBig: 1, notWritable: 17 } as const
/** Enough for anything sensible; a GETBULK for more is answered with less, as it may be. */
const maxVarbinds = 500

/** Throws RangeError for what is no PDU. */
export function readPdu(bytes: Buffer, pdu: Tlv): Request {
  const [id, first, second, list] = childrenOf(bytes, pdu)
  if (id === undefined || first === undefined || second === undefined || list === undefined)
    throw new RangeError('fields are missing')
  const names = childrenOf(bytes, list).map((varbind) => readOid(bytes, readName(bytes, varbind)))
  if (names.length > maxVarbinds) throw new RangeError('too many names')
  return {
    tag: pdu.tag,
    id: readInteger(bytes, id),
    first: readInteger(bytes, first),
    second: readInteger(bytes, second),
    names,
    varbinds: bytesOf(bytes, list),
  }
}

function readName(bytes: Buffer, varbind: Tlv): Tlv {
  const [name] = childrenOf(bytes, varbind)
  if (name === undefined || name.tag !== tags.oid) throw new RangeError('a varbind without a name')
  return name
}

export function writePdu(tag: number, id: number, varbinds: readonly Buffer[], status = 0, index = 0): Buffer {
  return tlv(tag, integer(id), integer(status), integer(index), tlv(tags.sequence, ...varbinds))
}

/** The answer of at most `maxBytes`, or null to what is no question. */
export function answer(request: Request, objects: Objects, maxBytes: number): Buffer | null {
  switch (request.tag) {
    case pduTags.get:
      return whole(
        request,
        request.names.map((it) => ({ oid: it, value: objects.get(it) })),
        maxBytes,
      )
    case pduTags.next:
      return whole(
        request,
        request.names.map((it) => nextOf(it, objects)),
        maxBytes,
      )
    case pduTags.bulk:
      return bulk(request, objects, maxBytes)
    case pduTags.set:
      return writePdu(pduTags.response, request.id, [request.varbinds], errors.notWritable, 1)
    default:
      return null
  }
}

function nextOf(name: Oid, objects: Objects): Varbind {
  return objects.next(name) ?? { oid: name, value: tlv(tags.endOfMibView) }
}

const encode = (it: Varbind): Buffer => tlv(tags.sequence, oid(it.oid), it.value)

function whole(request: Request, varbinds: readonly Varbind[], maxBytes: number): Buffer {
  const pdu = writePdu(pduTags.response, request.id, varbinds.map(encode))
  return pdu.length <= maxBytes ? pdu : writePdu(pduTags.response, request.id, [], errors.tooBig)
}

/** RFC 3416, section 4.2.3: as many rows as fit, in the order of the request. */
function bulk({ id, first, second, names }: Request, objects: Objects, maxBytes: number): Buffer {
  const single = Math.max(0, Math.min(first, names.length))
  const out: Buffer[] = []
  let left = maxBytes - 40
  const put = (varbind: Varbind): boolean => {
    const bytes = encode(varbind)
    left -= bytes.length
    if (left < 0 || out.length >= maxVarbinds) return false
    out.push(bytes)
    return true
  }
  const finish = () => writePdu(pduTags.response, id, out)
  for (const name of names.slice(0, single)) if (!put(nextOf(name, objects))) return finish()
  let columns = names.slice(single)
  for (let row = 0; row < second && columns.length > 0; row += 1) {
    const found = columns.map((it) => nextOf(it, objects))
    for (const varbind of found) if (!put(varbind)) return finish()
    if (found.every((it) => it.value[0] === tags.endOfMibView)) return finish()
    columns = found.map((it) => it.oid)
  }
  return finish()
}
