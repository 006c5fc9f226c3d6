import { createSlices } from '../slices.ts'

type Piece = { from: number; to: number }

/** Where the list `records` of a batch lies between its brackets, and each record in it; as positions in the bytes. */
export type Cut = Piece & { records: Piece[] }

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const listOpens = 0x5b
const listCloses = 0x5d
const opens: ReadonlySet<number> = new Set([0x7b, listOpens])
const closes: ReadonlySet<number> = new Set([0x7d, listCloses])
const blank: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

/** So many bytes take well under a millisecond. */
const bytesAGo = 64 * 1024

/**
 * Finds the records of a batch without parsing them. What is no JSON gives nonsense, or null, and is found out when the
 * pieces are parsed. Null where there is no list of that name at the top.
 */
export async function cutRecords(body: Buffer): Promise<Cut | null> {
  let depth = 0
  let last: Piece | null = null
  let isRecords = false
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0
    if (byte === quote) {
      const end = endOfString(body, at)
      last = { from: at + 1, to: end }
      at = end
    } else if (byte === colon && depth === 1) {
      isRecords = last !== null && body.toString('latin1', last.from, last.to) === 'records'
    } else if (byte === listOpens && depth === 1 && isRecords) {
      return cutList(body, at + 1)
    } else if (opens.has(byte)) {
      depth += 1
    } else if (closes.has(byte)) {
      depth -= 1
    } else if (byte === comma && depth === 1) {
      isRecords = false
    }
  }
  return null
}

async function cutList(body: Buffer, from: number): Promise<Cut | null> {
  const breathe = createSlices()
  const records: Piece[] = []
  let depth = 0
  let start = -1
  let breatheAt = from + bytesAGo
  for (let at = from; at < body.length; at += 1) {
    const byte = body[at] ?? 0
    if (depth === 0 && (byte === comma || byte === listCloses)) {
      if (start >= 0 || byte === comma || records.length > 0) records.push({ from: Math.max(start, from), to: at })
      start = -1
      if (byte === listCloses) return { from, to: at, records }
      continue
    }
    if (start < 0 && !blank.has(byte)) start = at
    if (byte === quote) at = endOfString(body, at)
    else if (opens.has(byte)) depth += 1
    else if (closes.has(byte)) depth -= 1
    if (at < breatheAt) continue
    breatheAt = at + bytesAGo
    await breathe()
  }
  return null
}

/** Position of the quote that ends a string; one that never ends reaches to the end. */
function endOfString(body: Buffer, start: number): number {
  for (let at = body.indexOf(quote, start + 1); at >= 0; at = body.indexOf(quote, at + 1)) {
    let escapes = 0
    while (body[at - 1 - escapes] === backslash) escapes += 1
    if (escapes % 2 === 0) return at
  }
  return body.length
}
