/** Figures of a stream, out of its packets: pictures, bits, loss, jitter (RFC 3550, appendix A). Pure: time comes in. */
import type { PictureSize } from './parameter-sets.ts'
import { pieceOf } from './pieces.ts'
import type { RtpPacket } from './rtp.ts'

/** Null: it cannot be told from what came. `loss` in %, `jitter` and `keyDistance` in s. */
export type StreamFigures = {
  packets: number
  framesPerSecond: number | null
  bitsPerSecond: number | null
  lossPercent: number | null
  jitterSeconds: number | null
  keyDistanceSeconds: number | null
  size: PictureSize | null
}

export type Measurement = {
  /** `atMs` on the monotonic clock. */
  take(packet: RtpPacket, atMs: number): void
  packets(): number
  keyFrames(): number
  /** `atMs`: when listening ended. */
  figures(atMs: number): StreamFigures
}

type Frame = { bytes: number; isKey: boolean; firstAtMs: number }

/** Beyond these a sequence number is no neighbour of those before it (RFC 3550, appendix A.1). */
const maxDropout = 3000
const maxMisorder = 100
const maxFrames = 10_000
/** A stream that says nothing for this long at the end has stopped. */
const stoppedMs = 500
const stoppedFrames = 3

export function createMeasurement(of: { encoding: string; clockRate: number }): Measurement {
  const numbers = createNumbers()
  const frames = new Map<number, Frame>()
  const stretch = createUnwrapper(2 ** 32)
  let packets = 0
  let keys = 0
  let source: number | null = null
  let size: PictureSize | null = null
  let lastAtMs = 0
  let jitter = 0
  let lastTransit: number | null = null

  return {
    take(packet, atMs) {
      if (source !== null && packet.source !== source) {
        numbers.restart()
        lastTransit = null
      }
      source = packet.source
      if (!numbers.take(packet.sequence)) return
      packets += 1
      lastAtMs = atMs
      const timestamp = stretch(packet.timestamp)
      const transit = (atMs / 1000) * of.clockRate - timestamp
      if (lastTransit !== null) jitter += (Math.abs(transit - lastTransit) - jitter) / 16
      lastTransit = transit
      const piece = pieceOf(of.encoding, packet.payload)
      const isKey = piece.isKey === true
      size ??= piece.size
      const frame = frames.get(timestamp)
      if (frame !== undefined) {
        frame.bytes += packet.payload.length
        if (!frame.isKey && isKey) keys += 1
        frame.isKey ||= isKey
      } else if (frames.size < maxFrames) {
        if (isKey) keys += 1
        frames.set(timestamp, { bytes: packet.payload.length, isKey, firstAtMs: atMs })
      }
    },
    packets: () => packets,
    keyFrames: () => keys,
    figures: (atMs) => ({
      packets,
      ...ratesOf(frames, of.clockRate, lastAtMs, atMs),
      lossPercent: numbers.lossPercent(),
      jitterSeconds: packets < 2 ? null : jitter / of.clockRate,
      keyDistanceSeconds: keyDistanceOf(frames, of.clockRate),
      size,
    }),
  }
}

/**
 * By the stream's own timestamps, because cameras send what they have kept all at once when they begin; but a stream that has
 * stopped is judged by the time that was waited.
 */
function ratesOf(frames: ReadonlyMap<number, Frame>, clockRate: number, lastAtMs: number, atMs: number) {
  const times = [...frames.keys()].sort((a, b) => a - b)
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined || first === last) return { framesPerSecond: null, bitsPerSecond: null }
  const seconds = (last - first) / clockRate
  const beforeLast = [...frames].filter(([at]) => at !== last)
  const bytes = beforeLast.reduce((sum, [, it]) => sum + it.bytes, 0)
  const silentMs = atMs - lastAtMs
  const frameMs = (seconds / beforeLast.length) * 1000
  const began = frames.get(first)?.firstAtMs ?? atMs
  const hasStopped = silentMs > Math.max(stoppedMs, stoppedFrames * frameMs)
  const span = hasStopped ? Math.max(seconds, (atMs - began) / 1000) : seconds
  return { framesPerSecond: beforeLast.length / span, bitsPerSecond: (bytes * 8) / span }
}

function keyDistanceOf(frames: ReadonlyMap<number, Frame>, clockRate: number): number | null {
  const keys = [...frames].flatMap(([at, it]) => (it.isKey ? [at] : [])).sort((a, b) => a - b)
  const [first, last] = [keys[0], keys.at(-1)]
  if (first === undefined || last === undefined || keys.length < 2) return null
  return (last - first) / (keys.length - 1) / clockRate
}

/** Numbers that begin again at `range` become ones that go on. */
function createUnwrapper(range: number): (value: number) => number {
  let last: number | null = null
  return (value) => {
    if (last === null) last = value
    else {
      const step = (((value - last) % range) + range) % range
      last += step < range / 2 ? step : step - range
    }
    return last
  }
}

/** Sequence numbers: what is missing between the lowest and the highest, whatever order and how often they came. */
function createNumbers() {
  let seen = new Set<number>()
  let least = 0
  let most = 0
  let expectedBefore = 0
  let receivedBefore = 0
  /** what would follow on a number that was far away; when it comes, the device has begun anew */
  let awaited: number | null = null

  const restart = (): void => {
    if (seen.size > 0) {
      expectedBefore += most - least + 1
      receivedBefore += seen.size
    }
    seen = new Set()
    awaited = null
  }
  const note = (number: number): boolean => {
    const isNew = !seen.has(number)
    seen.add(number)
    return isNew
  }
  return {
    restart,
    /** Whether the packet counts: it is no repetition, and no stray. */
    take(sequence: number): boolean {
      if (seen.size === 0) {
        least = sequence
        most = sequence
        return note(sequence)
      }
      const ahead = (sequence - most) & 0xffff
      const step = ahead < 0x8000 ? ahead : ahead - 0x1_0000
      if (step > maxDropout || step < -maxMisorder) {
        const isNext = sequence === awaited
        awaited = (sequence + 1) & 0xffff
        if (!isNext) return false
        restart()
        least = sequence
        most = sequence
        return note(sequence)
      }
      const number = most + step
      least = Math.min(least, number)
      most = Math.max(most, number)
      return note(number)
    },
    lossPercent(): number | null {
      const expected = expectedBefore + (seen.size === 0 ? 0 : most - least + 1)
      const received = receivedBefore + seen.size
      return expected === 0 ? null : ((expected - received) / expected) * 100
    },
  }
}
