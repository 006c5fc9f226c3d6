/** JSON values out of a stream of bytes, one a line. Throws for a line that is longer, or is no JSON. */
export async function* splitLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<unknown, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let at = rest.indexOf(0x0a); at >= 0; at = rest.indexOf(0x0a)) {
      const line = rest.subarray(0, at)
      rest = rest.subarray(at + 1)
      if (line.length > 0) yield JSON.parse(line.toString('utf8'))
    }
    if (rest.length > maxBytes) throw new Error('a line of the answer is too long')
  }
  return undefined
}
