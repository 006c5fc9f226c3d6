import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMeasurement } from './measure.ts'
import { packetOf } from './packet-of-test.ts'
import { parseRtp } from './rtp.ts'

const h264 = { encoding: 'H264', clockRate: 90_000 }
const key = Buffer.from([0x65, ...Array.from({ length: 999 }, () => 1)])
const other = Buffer.from([0x41, ...Array.from({ length: 99 }, () => 1)])

/** `count` pictures of `packetsEach` packets, a key frame every `keyEvery`. */
function streamOf(of: {
  count: number
  fps: number
  keyEvery?: number
  packetsEach?: number
  from?: number
  at?: number
}) {
  const { count, fps, keyEvery = 50, packetsEach = 1, from = 0, at = 0 } = of
  return Array.from({ length: count * packetsEach }, (_, i) => {
    const frame = Math.floor(i / packetsEach)
    return {
      packet: packetOf({
        sequence: (from + i) & 0xffff,
        timestamp: (at + Math.round((frame * 90_000) / fps)) % 2 ** 32,
        payload: frame % keyEvery === 0 ? key : other,
      }),
      atMs: (frame * 1000) / fps,
    }
  })
}

function measured(packets: ReturnType<typeof streamOf>, endMs = packets.at(-1)?.atMs ?? 0) {
  const measurement = createMeasurement(h264)
  for (const { packet, atMs } of packets) measurement.take(packet, atMs)
  return measurement.figures(endMs)
}

describe('figures of a stream', () => {
  test('a steady stream, over the wrap of its numbers and its timestamps', () => {
    const figures = measured(streamOf({ count: 151, fps: 25, from: 65_500, at: 2 ** 32 - 90_000 }))
    expect(figures.framesPerSecond).toBeCloseTo(25, 5)
    expect(figures.keyDistanceSeconds).toBeCloseTo(2, 5)
    expect(figures.lossPercent).toBe(0)
    expect(figures.jitterSeconds).toBeLessThan(1e-4)
    // In 6 s three key frames of 1000 bytes and 147 others of 100.
    expect(figures.bitsPerSecond).toBeCloseTo(((3 * 1000 + 147 * 100) * 8) / 6, 5)
  })

  test('what a camera had kept and sends at once does not make it faster', () => {
    const burst = streamOf({ count: 76, fps: 25 }).map((it) => ({ ...it, atMs: 0 }))
    expect(measured(burst, 10).framesPerSecond).toBeCloseTo(25, 5)
  })

  test('a stream that stops is slow, however fast it was', () => {
    expect(measured(streamOf({ count: 26, fps: 25 }), 4000).framesPerSecond).toBeCloseTo(25 / 4, 5)
  })

  test('several packets make one picture', () => {
    const figures = measured(streamOf({ count: 31, fps: 10, packetsEach: 7 }))
    expect(figures.framesPerSecond).toBeCloseTo(10, 5)
    expect(figures.packets).toBe(217)
  })

  test('one packet tells nothing of rates, none nothing at all', () => {
    expect(measured(streamOf({ count: 1, fps: 25 }))).toMatchObject({
      packets: 1,
      framesPerSecond: null,
      lossPercent: 0,
    })
    expect(measured([])).toMatchObject({ packets: 0, lossPercent: null, jitterSeconds: null, keyDistanceSeconds: null })
  })

  test('arrival that comes and goes is jitter, as RFC 3550 counts it', () => {
    const steady = streamOf({ count: 500, fps: 25 })
    const shaken = steady.map((it, at) => ({ ...it, atMs: it.atMs + (at % 2) * 10 }))
    expect(measured(shaken).jitterSeconds).toBeCloseTo(0.01, 4)
  })

  test('any loss, order, repetition and wrap: exactly what is missing between the first and the last is lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_535 }),
        fc.array(fc.record({ kept: fc.boolean(), late: fc.nat(40), times: fc.integer({ min: 1, max: 3 }) }), {
          minLength: 2,
          maxLength: 400,
        }),
        (from, fates) => {
          const all = streamOf({ count: fates.length, fps: 25, from })
          const sent = fates.flatMap(({ kept, late, times }, at) =>
            kept ? Array.from({ length: times }, (_, time) => ({ at, order: at + late + time * 0.1 })) : [],
          )
          const arrived = sent
            .sort((a, b) => a.order - b.order)
            .flatMap(({ at }) => {
              const it = all[at]
              return it === undefined ? [] : [it]
            })
          const present = new Set(sent.map((it) => it.at))
          fc.pre(present.size > 0)
          const span = Math.max(...present) - Math.min(...present) + 1
          const { lossPercent, packets } = measured(arrived)
          expect(packets).toBe(present.size)
          expect(lossPercent).toBeCloseTo(((span - present.size) / span) * 100, 9)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('one packet from nowhere is passed over; a device that began anew is not full of loss', () => {
    const stray = { packet: packetOf({ sequence: 30_000 }), atMs: 1 }
    const some = streamOf({ count: 40, fps: 25 })
    expect(measured([...some.slice(0, 20), stray, ...some.slice(20)]).lossPercent).toBe(0)
    const again = streamOf({ count: 41, fps: 25, from: 20_000, at: 160_000 })
    expect(measured([...some, ...again]).lossPercent).toBe(0)
    const other = streamOf({ count: 40, fps: 25, from: 9 }).map((it) => ({
      ...it,
      packet: { ...it.packet, source: 8 },
    }))
    expect(measured([...some, ...other]).lossPercent).toBe(0)
  })
})

describe('RTP', () => {
  const head = (flags: number) => Buffer.from([flags, 0xe0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2])

  test('contributors, extension and padding are no payload', () => {
    const bytes = Buffer.concat([
      head(0xb1),
      Buffer.from('000000ff', 'hex'),
      Buffer.from('bede000100000000', 'hex'),
      Buffer.from([5, 6, 0, 2]),
    ])
    expect(parseRtp(bytes)).toMatchObject({
      marker: true,
      sequence: 9,
      timestamp: 1,
      source: 2,
      payload: Buffer.from([5, 6]),
    })
  })

  test.each([
    ['another version', Buffer.concat([head(0x40), Buffer.alloc(4)])],
    ['cut in its head', head(0x80).subarray(0, 11)],
    ['cut in its contributors', Buffer.concat([head(0x8f), Buffer.alloc(4)])],
    ['cut in its extension', Buffer.concat([head(0x90), Buffer.from('bede00ff', 'hex')])],
    ['more padding than bytes', Buffer.concat([head(0xa0), Buffer.from([200])])],
  ])('%s is none', (_, bytes) => {
    expect(parseRtp(bytes)).toBeNull()
  })
})
