import { describe, expect, test } from 'vitest'
import { sizeInH264, sizeInH265 } from './parameter-sets.ts'
import { pieceOf } from './pieces.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const sps1080 = '67 64 00 28 ac d9 40 78 02 27 e5 84 00 00 03 00 04 00 00 03 00 f0 3c 60 c6 58'
const sps720 = '67 64 00 1f ac d9 40 50 05 bb 01 10 00 00 03 00 10 00 00 03 03 c0 f1 83 19 60'
const sps265 =
  '42 01 01 01 60 00 00 03 00 90 00 00 03 00 00 03 00 78 a0 03 c0 80 10 e5 96 56 69 24 ca e0 10 00 00 03 00 10 00 00 03 01 e0 80'

describe('what a payload holds', () => {
  test.each([
    ['H264', 'a picture that stands alone', '65 88 84', true],
    ['H264', 'one that does not', '41 9a 02', false],
    ['H264', 'an aggregate with one that does', '78 0002 6764 0002 68ee 0003 658884', true],
    ['H264', 'an aggregate of one that does not', '78 0002 0930 0002 419a', false],
    ['H264', 'an aggregate with an order number', '79 0001 0002 6588', true],
    ['H264', 'an aggregate that is cut', '78 00ff 65', false],
    ['H264', 'the beginning of a fragmented one', '7c 85 88', true],
    ['H264', 'its middle', '7c 05 88', true],
    ['H264', 'a fragment of another', '7c 81 88', false],
    ['H264', 'nothing', '', false],
    ['H265', 'a picture that stands alone', '26 01 af', true],
    ['H265', 'one that does not', '02 01 d0', false],
    ['H265', 'an aggregate with one that does', '60 01 0002 4201 0003 2601af', true],
    ['H265', 'the beginning of a fragmented one', '62 01 93 af', true],
    ['H265', 'a fragment of another', '62 01 81 d0', false],
    ['JPEG', 'any picture', '00000000 01 50 50 2d', true],
    ['VP8', 'what is not known', '10 00', null],
  ])('%s: %s', (encoding, _, payload, isKey) => {
    expect(pieceOf(encoding, hex(payload)).isKey).toBe(isKey)
  })

  test('sizes: out of parameter sets in the stream, and out of JPEG', () => {
    expect(pieceOf('H264', hex(sps1080)).size).toEqual({ width: 1920, height: 1080 })
    expect(pieceOf('JPEG', hex('00000000 01 50 50 2d')).size).toEqual({ width: 640, height: 360 })
    expect(sizeInH264(hex(sps720))).toEqual({ width: 1280, height: 720 })
    expect(sizeInH265(hex(sps265))).toEqual({ width: 1920, height: 1080 })
  })

  test('a parameter set that is cut anywhere tells a size or none, and never fails', () => {
    for (const [read, whole] of [
      [sizeInH264, hex(sps1080)],
      [sizeInH265, hex(sps265)],
    ] as const)
      for (let end = 0; end < whole.length; end += 1)
        expect([null, { width: 1920, height: 1080 }]).toContainEqual(read(whole.subarray(0, end)))
  })
})
