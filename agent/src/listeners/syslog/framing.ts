/** Syslog messages out of a stream (RFC 6587 §3.4): counted octets, or one a line. */

/** Longer ones are cut; what the agent keeps of a message is shorter still. */
export const maxMessageBytes = 8192

export type Framing = {
  /** The whole messages that are there with these bytes. */
  take(bytes: Buffer): Buffer[]
}

/** Octets are counted where a message begins with a digit: one a line begins with `<`. */
export function createFraming(): Framing {
  let rest: Buffer = Buffer.alloc(0)
  /** of a message that was cut: this much is still to come; Infinity: up to the end of the line */
  let toSkip = 0
  const skip = (): void => {
    if (toSkip === 0) return
    const lineEnd = toSkip === Number.POSITIVE_INFINITY ? rest.indexOf(0x0a) : -1
    if (lineEnd >= 0) toSkip = 0
    const gone = lineEnd >= 0 ? lineEnd + 1 : Math.min(rest.length, toSkip)
    if (lineEnd < 0) toSkip -= gone
    rest = rest.subarray(gone)
  }
  const next = (): Buffer | null => {
    skip()
    while (rest[0] === 0x0a || rest[0] === 0x0d || rest[0] === 0) rest = rest.subarray(1)
    if (rest.length === 0) return null
    const counted = /^([1-9]\d{0,6}) /.exec(rest.toString('latin1', 0, 8))
    if (counted !== null) {
      const start = counted[0].length
      const length = Number(counted[1])
      const wanted = Math.min(length, maxMessageBytes)
      if (rest.length < start + wanted) return null
      const message = rest.subarray(start, start + wanted)
      rest = rest.subarray(start + wanted)
      toSkip = length - wanted
      return message
    }
    const end = rest.indexOf(0x0a)
    if (end < 0 && rest.length <= maxMessageBytes) return null
    const message = rest.subarray(0, Math.min(end < 0 ? rest.length : end, maxMessageBytes))
    if (end < 0) toSkip = Number.POSITIVE_INFINITY
    rest = end < 0 ? rest.subarray(rest.length) : rest.subarray(end + 1)
    return message
  }
  return {
    take(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const messages: Buffer[] = []
      for (let message = next(); message !== null; message = next()) messages.push(message)
      // Not a piece of what came from the network, which would be kept whole.
      rest = Buffer.from(rest)
      return messages
    },
  }
}
