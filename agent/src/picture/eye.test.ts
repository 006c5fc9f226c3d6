import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPictureEye, type PictureEye } from './eye.ts'
import { freshMemory, judge } from './judge.ts'
import { openPictureStore } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'steward-pictures-'))
const noon = Date.parse('2026-03-02T12:00:00Z')
const file = join(folder, 'pictures.sqlite')
let eye: PictureEye
beforeAll(() => {
  eye = createPictureEye(file)
})
afterAll(() => {
  eye.close()
  rmSync(folder, { recursive: true, force: true })
})

const noise = (mean: number) =>
  sharp({
    create: { width: 2560, height: 1440, channels: 3, background: '#000', noise: { type: 'gaussian', mean, sigma: 1 } },
  })
    .jpeg()
    .toBuffer()

/** Posts of several widths, from one side or (90) seen along a wall that stands across. */
const bars = (turn: number) => {
  const posts = [40, 180, 420, 470].map(
    (x, at) => `<rect x="${x}" y="${60 * at}" width="${30 + 25 * at}" height="300" fill="#ddd"/>`,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="#345"/><g transform="rotate(${turn} 320 180)">${posts.join('')}</g></svg>`
  return sharp(Buffer.from(svg)).jpeg().toBuffer()
}

describe('the process that looks at pictures', () => {
  test('tells a good picture from a black one, and what is none', async () => {
    const black = await noise(0)
    expect(await eye.look('cam', await noise(120), noon)).toEqual({ state: 'ok', isSettled: false })
    expect(await eye.look('cam-2', black, noon)).toEqual({ state: 'ok', isSettled: false })
    expect(await eye.look('cam-2', black, noon + 60_000)).toMatchObject({ state: 'black', isSettled: false })
    await expect(eye.look('cam', Buffer.from('<html>'), noon)).rejects.toThrow('it is no picture')
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="36"/>')
    await expect(eye.look('cam', drawing, noon)).rejects.toThrow('it is no picture')
    await expect(eye.look('cam', black.subarray(0, 300), noon)).rejects.toThrow('it is no picture')
  })

  test('goes on where it was after it ended, and takes no more at once than it can', async () => {
    eye.close()
    const black = await noise(0)
    const looks = await Promise.all(Array.from({ length: 8 }, () => eye.look('cam-2', black, noon + 120_000)))
    expect(looks.filter((it) => it === null)).toHaveLength(2)
    expect(looks[0]).toMatchObject({ state: 'black' })
  })
})

describe('a camera that is made to look elsewhere', () => {
  test('may see something else each time, and not nothing', async () => {
    const seen = async (turns: boolean) => {
      const camera = `ptz-${turns}`
      for (let at = 0; at < 4; at += 1) await eye.look(camera, await bars(0), noon + at * 60_000, turns)
      await eye.look(camera, await bars(90), noon + 300_000, turns)
      return (await eye.look(camera, await bars(90), noon + 360_000, turns))?.state
    }
    expect([await seen(false), await seen(true)]).toEqual(['moved', 'ok'])
    await eye.look('ptz-true', await noise(0), noon + 420_000, true)
    expect(await eye.look('ptz-true', await noise(0), noon + 480_000, true)).toMatchObject({ state: 'black' })
  })
})

describe('what is kept', () => {
  const grid = Array.from({ length: 144 }, (_, at) => at)
  const features = {
    ...{ mean: 100, contrast: 20, low: 10, high: 200, washed: 0, red: 0, blue: 0, chroma: 0, print: 'a' },
    ...{ grid, edges: grid, detail: grid },
  }

  test('comes back as it was', () => {
    const path = join(folder, 'kept.sqlite')
    const store = openPictureStore(path, noon)
    const first = judge(store.load('a'), features, noon).memory
    store.save('a', first, noon)
    const second = judge(first, features, noon + 3_600_000).memory
    store.save('a', second, noon + 3_600_000)
    store.close()
    const again = openPictureStore(path, noon)
    expect(again.load('a')).toEqual(second)
    expect(again.load('b')).toEqual(freshMemory())
    again.close()
    const later = openPictureStore(path, noon + 91 * 86_400_000)
    expect(later.load('a')).toEqual(freshMemory())
    later.close()
  })

  test('a file that is none is begun anew', () => {
    const path = join(folder, 'damaged.sqlite')
    writeFileSync(path, 'x'.repeat(10_000))
    const store = openPictureStore(path, noon)
    expect(store.load('a')).toEqual(freshMemory())
    store.close()
  })
})
