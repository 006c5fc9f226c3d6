/**
 * BER as SNMP uses it (RFC 3417 section 8; X.690 definite lengths only). The writer goes backwards, so that lengths are known when
 * they are written and nothing is copied; the reader checks every length against what is really there.
 */

/** A datagram that is not what the protocol allows; the datagram is dropped, never the process. */
export class BerError extends Error {}

export class BerWriter {
  #buffer: Buffer
  #at: number

  constructor(size = 65_535) {
    this.#buffer = Buffer.allocUnsafeSlow(size)
    this.#at = size
  }

  /** Where the next byte goes; a constructed value is closed with the mark taken before its content was written. */
  get mark(): number {
    return this.#at
  }

  reset(): void {
    this.#at = this.#buffer.length
  }

  /** A view of what was written; valid until the next `reset`. */
  view(): Buffer {
    return this.#buffer.subarray(this.#at)
  }

  byte(value: number): void {
    if (this.#at === 0) throw new BerError('message too large')
    this.#at -= 1
    this.#buffer[this.#at] = value
  }

  bytes(value: Uint8Array): void {
    if (value.length > this.#at) throw new BerError('message too large')
    this.#at -= value.length
    this.#buffer.set(value, this.#at)
  }

  zeros(count: number): void {
    if (count > this.#at) throw new BerError('message too large')
    this.#at -= count
    this.#buffer.fill(0, this.#at, this.#at + count)
  }

  /** Writes tag and length in front of everything since `mark`. */
  close(tag: number, mark: number): void {
    const length = mark - this.#at
    if (length < 0x80) {
      this.byte(length)
    } else {
      let left = length
      let count = 0
      while (left > 0) {
        this.byte(left & 0xff)
        left >>>= 8
        count += 1
      }
      this.byte(0x80 | count)
    }
    this.byte(tag)
  }

  integer(value: number, tag = 0x02): void {
    const mark = this.#at
    let left = value | 0
    do {
      this.byte(left & 0xff)
      left >>= 8
    } while (!((left === 0 || left === -1) && (left & 1) === (this.#buffer[this.#at] ?? 0) >> 7))
    this.close(tag, mark)
  }

  octets(value: Uint8Array, tag = 0x04): void {
    const mark = this.#at
    this.bytes(value)
    this.close(tag, mark)
  }

  null(): void {
    this.byte(0)
    this.byte(0x05)
  }
}

export class BerReader {
  buffer: Buffer
  at: number
  end: number

  constructor(buffer: Buffer, at = 0, end = buffer.length) {
    this.buffer = buffer
    this.at = at
    this.end = end
  }

  /** Begins with another buffer, for a reader that is used for many. */
  restart(buffer: Buffer): void {
    this.buffer = buffer
    this.at = 0
    this.end = buffer.length
  }

  get atEnd(): boolean {
    return this.at >= this.end
  }

  peek(): number {
    if (this.at >= this.end) throw new BerError('cut off')
    return this.buffer[this.at] ?? 0
  }

  /** Reads tag and length; gives the length, with `at` at the first byte of the content. */
  enter(tag: number): number {
    const found = this.peek()
    if (found !== tag) throw new BerError(`expected tag 0x${tag.toString(16)}, found 0x${found.toString(16)}`)
    return this.enterAny()
  }

  enterAny(): number {
    this.at += 1
    const first = this.peek()
    this.at += 1
    let length = first
    if (first >= 0x80) {
      const count = first & 0x7f
      if (count === 0 || count > 4) throw new BerError('length not allowed')
      length = 0
      for (let i = 0; i < count; i += 1) {
        length = length * 256 + this.peek()
        this.at += 1
      }
    }
    if (length > this.end - this.at) throw new BerError('length beyond the end')
    return length
  }

  /** A reader of one constructed value; this reader goes on behind it. */
  inside(tag: number): BerReader {
    const length = this.enter(tag)
    const inner = new BerReader(this.buffer, this.at, this.at + length)
    this.at += length
    return inner
  }

  /** Signed integer of up to 32 bits; longer ones that some devices send are cut to their low 32 bits. */
  integer(tag = 0x02): number {
    const length = this.enter(tag)
    if (length === 0 || length > 8) throw new BerError('integer length not allowed')
    let value = (this.peek() & 0x80) !== 0 ? -1 : 0
    for (let i = 0; i < length; i += 1) {
      value = (value << 8) | (this.buffer[this.at + i] ?? 0)
    }
    this.at += length
    return value
  }

  /** Unsigned integer of up to 32 bits (Counter32, Gauge32, TimeTicks); a negative encoding is read as what was meant. */
  unsigned(tag: number): number {
    return this.integer(tag) >>> 0
  }

  unsigned64(tag: number): bigint {
    const length = this.enter(tag)
    if (length === 0 || length > 9) throw new BerError('integer length not allowed')
    const start = this.at
    this.at += length
    // Most counters are short; arithmetic with bigints is many times slower.
    if (length <= 6) return BigInt(this.buffer.readUIntBE(start, length))
    let value = 0n
    for (let i = start; i < this.at; i += 1) value = (value << 8n) | BigInt(this.buffer[i] ?? 0)
    return BigInt.asUintN(64, value)
  }

  /** A copy, so that what is kept does not hold the whole datagram. */
  octets(tag = 0x04): Buffer {
    const length = this.enter(tag)
    const value = Buffer.from(this.buffer.subarray(this.at, this.at + length))
    this.at += length
    return value
  }

  skip(): void {
    const length = this.enterAny()
    this.at += length
  }
}
