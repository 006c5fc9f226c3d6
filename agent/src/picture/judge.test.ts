import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { columns, type Features, featuresOf, rows } from './features.ts'
import { freshMemory, judge, PictureMemory } from './judge.ts'
import { height, pixelsOf, width } from './pixels.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const noon = Date.parse('2026-03-02T12:00:00Z')

/** A corridor with doors, tiles and a lamp; `shift` is where the camera looks. */
function scene(shift = 0): Buffer {
  const doors = [200, 520, 900, 1400, 1750].map(
    (x, at) =>
      `<rect x="${x + shift}" y="${300 + at * 20}" width="140" height="${420 - at * 30}" fill="hsl(${20 + at * 9} 35% ${30 + at * 6}%)"/>`,
  )
  const tiles = Array.from({ length: 26 }, (_, at) => {
    const x = at * 90 - 150 + shift
    return `<path d="M${x} 1080 L${960 + (x - 960) * 0.3 + shift} 700" stroke="#333" stroke-width="5"/>`
  })
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="1920" height="1080"><rect width="1920" height="1080" fill="#7d8a80"/><rect y="700" width="1920" height="380" fill="#55524c"/>${doors.join('')}${tiles.join('')}<circle cx="${960 + shift}" cy="120" r="60" fill="#eee"/><path d="M${300 + shift} 0 L${420 + shift} 300 L${180 + shift} 300 Z" fill="#2b3a55"/></svg>`,
  )
}

type Look = { shift?: number; light?: number; noise?: number; seed?: number; change?: (it: Sharp) => Sharp }

/** A picture as a camera sends it: lit, with the noise of its sensor, as JPEG. */
async function seen({ shift = 0, light = 1, noise = 3, seed = 1, change = (it) => it }: Look = {}): Promise<Features> {
  const plain = await sharp(scene(shift)).resize(1280, 720).linear(light, 0).removeAlpha().png().toBuffer()
  const changed = await change(sharp(plain)).toColourspace('srgb').removeAlpha().raw().toBuffer()
  let state = seed
  for (let at = 0; at < changed.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    changed[at] = Math.max(0, Math.min(255, (changed[at] ?? 0) + (((state >>> 16) & 0xff) / 128 - 1) * noise))
  }
  const jpeg = await sharp(changed, { raw: { width: 1280, height: 720, channels: 3 } })
    .jpeg({ quality: 75 })
    .toBuffer()
  return featuresOf(await pixelsOf(jpeg), width, height)
}

/** A lamp beside the lens: near things are bright, all else is dark. */
const glare =
  '<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720"><radialGradient id="g"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#222"/></radialGradient><rect width="1280" height="720" fill="#222"/><circle cx="900" cy="560" r="420" fill="url(#g)"/></svg>'

const grey = (value: number) => (it: Sharp) => it.linear(0, value)
const faults: [string, Look][] = [
  ['black', { change: (it) => it.linear(0.02, 0) }],
  ['over-exposed', { change: (it) => it.linear(3, 120) }],
  ['out-of-focus', { change: (it) => it.blur(9) }],
  ['covered', { change: grey(70) }],
  ['covered', { change: (it) => it.blur(90).linear(0.5, 20) }],
  ['moved', { shift: 430 }],
  [
    'colour-cast',
    {
      change: (it) =>
        it.recomb([
          [1.3, 0, 0],
          [0, 0.75, 0],
          [0, 0, 1.25],
        ]),
    },
  ],
  [
    'colour-cast',
    {
      change: (it) =>
        it.recomb([
          [0.5, 0, 0],
          [0, 1.15, 0],
          [0, 0, 0.5],
        ]),
    },
  ],
]

/** A day and more of good pictures, every ten minutes. */
let known: PictureMemory
let good: Features[]
beforeAll(async () => {
  good = []
  for (let seed = 1; seed <= 8; seed += 1) good.push(await seen({ seed, light: 0.85 + seed * 0.03 }))
  known = freshMemory()
  for (let at = noon - 2 * day; at < noon; at += 10 * minute) {
    const it = pick(at)
    known = judge(known, it, at).memory
  }
})

/** Never the same twice, as from a living camera. */
function pick(at: number): Features {
  const it = good[(at / minute) % good.length] ?? good[0]
  if (it === undefined) throw new Error('no picture')
  return { ...it, print: String(at) }
}

function statesOf(memory: PictureMemory, pictures: readonly Features[], from = noon, everyMs = minute) {
  const found: string[] = []
  let now = memory
  for (const [at, it] of pictures.entries()) {
    const verdict = judge(now, it.print.length > 4 ? { ...it, print: `${it.print}${at}` } : it, from + at * everyMs)
    now = verdict.memory
    found.push(verdict.state)
  }
  return { found, memory: now }
}

describe('a fault of the picture', () => {
  test.each(faults)('%s is told by the second picture, and over with the second good one', async (state, look) => {
    const bad = await seen({ seed: 99, ...look })
    const { found, memory } = statesOf(known, [bad, bad])
    expect(found).toEqual(['ok', state])
    expect(statesOf(memory, [pick(1), pick(2)], noon + 5 * minute).found).toEqual([state, 'ok'])
  })

  test('black stays black, though a black picture is the same each time', async () => {
    const bad = { ...(await seen({ change: (it) => it.linear(0, 0), noise: 0 })), print: 'same' }
    expect(statesOf(known, [bad, bad, bad, bad, bad, bad]).found.slice(1)).toEqual(Array(5).fill('black'))
  })

  test('frozen: the very same picture for minutes', () => {
    const same = { ...pick(0), print: 'same' }
    expect(statesOf(known, [same, same, same, same, same]).found).toEqual(['ok', 'ok', 'ok', 'frozen', 'frozen'])
  })

  test('at night all is another: what an hour is like is known of that hour', async () => {
    const night = { change: (it: Sharp) => it.modulate({ saturation: 0 }).linear(0.18, 0), noise: 9 }
    const dark = await Promise.all([1, 2, 3].map((seed) => seen({ ...night, seed })))
    let memory = known
    for (let days = -3; days < 0; days += 1)
      for (let at = 0; at < 6; at += 1)
        memory = judge(memory, fresh(dark[at % 3], at + days), noon + 12 * hour + days * day + at * 9 * minute).memory
    const { found } = statesOf(memory, dark.map(fresh), noon + 12 * hour)
    expect(found).toEqual(['ok', 'ok', 'ok'])
    const lens = await seen({ change: grey(3), seed: 5 })
    expect(statesOf(memory, [lens, lens], noon + 12 * hour).found[1]).toBe('black')
  })
})

function fresh(it: Features | undefined, at: number): Features {
  if (it === undefined) throw new Error('no picture')
  return { ...it, print: `fresh ${at}` }
}

describe('no fault', () => {
  test.each<[string, Look]>([
    ['more noise', { noise: 14 }],
    ['less light', { light: 0.6 }],
    ['much less light', { light: 0.35, noise: 8 }],
    ['more light', { light: 1.35 }],
    [
      'warmer light',
      {
        change: (it) =>
          it.recomb([
            [1.08, 0, 0],
            [0, 1, 0],
            [0, 0, 0.9],
          ]),
      },
    ],
    ['night vision, without colours', { change: (it) => it.modulate({ saturation: 0 }) }],
    ['a somewhat softer picture', { change: (it) => it.blur(0.8) }],
    ['a small push', { shift: 6 }],
    [
      'somebody in the way',
      {
        change: (it) =>
          it.composite([
            { input: { create: { width: 180, height: 520, channels: 3, background: '#223' } }, left: 500, top: 200 },
          ]),
      },
    ],
  ])('%s', async (_, look) => {
    const it = await seen({ seed: 77, ...look })
    expect(statesOf(known, [it, it, it]).found).toEqual(['ok', 'ok', 'ok'])
  })

  test('a whole day from dawn to dusk, and the year after', async () => {
    let memory = known
    const lights = await Promise.all(
      [0.3, 0.45, 0.6, 0.8, 1, 1.2].map((light, seed) => seen({ light, seed: seed + 20 })),
    )
    const found = new Set<string>()
    for (let at = 0; at < 24 * 6; at += 1) {
      const sun = Math.max(0, Math.sin(((at / 6 - 6) / 24) * 2 * Math.PI))
      const verdict = judge(memory, fresh(lights[Math.round(sun * 5)], at), noon + 12 * hour + at * 10 * minute)
      memory = verdict.memory
      found.add(verdict.state)
    }
    expect([...found]).toEqual(['ok'])
  })

  test('the first night of a camera, by infrared that lights another scene', async () => {
    const infrared = (it: Sharp) =>
      it
        .composite([{ input: Buffer.from(glare), blend: 'multiply' }])
        .modulate({ saturation: 0 })
        .linear(0.8, 10)
    const nights = await Promise.all([1, 2, 3].map((seed) => seen({ change: infrared, noise: 7, seed })))
    let memory = freshMemory()
    const found = new Set<string>()
    for (let at = 0; at < 24 * 12; at += 1) {
      const isNight = at > 7.5 * 12 && at < 18.5 * 12
      const verdict = judge(memory, isNight ? fresh(nights[at % 3], at) : pick(at), noon + at * 5 * minute)
      memory = verdict.memory
      found.add(verdict.state)
    }
    expect([...found]).toEqual(['ok'])
  })

  test('a camera that was turned on purpose: after two days that is its view', async () => {
    const turned = await seen({ shift: 430, seed: 31 })
    let memory = known
    const states: string[] = []
    for (let at = 0; at < 72; at += 1) {
      const verdict = judge(memory, fresh(turned, at), noon + at * hour)
      memory = verdict.memory
      states.push(verdict.state)
    }
    expect(states.slice(2, 20)).toEqual(Array.from({ length: 18 }, () => 'moved'))
    expect(states.at(-1)).toBe('ok')
    expect(judge(judge(memory, pick(1), noon + 72 * hour).memory, pick(2), noon + 72 * hour + minute).state).toBe(
      'moved',
    )
  })

  test('a lens that is covered is not taken for the view for a week', async () => {
    const covered = await seen({ change: grey(70), seed: 31 })
    let memory = known
    const states = new Set<string>()
    for (let at = 0; at < 5 * 24; at += 1) {
      const verdict = judge(memory, fresh(covered, at), noon + at * hour)
      memory = verdict.memory
      if (at > 1) states.add(verdict.state)
    }
    expect([...states]).toEqual(['covered'])
  })
})

describe('the judge', () => {
  const cells = columns * rows
  const level = fc.double({ min: 0, max: 255, noNaN: true })
  const anything: fc.Arbitrary<Features> = fc.record({
    ...{
      mean: level,
      contrast: level,
      low: level,
      high: level,
    },
    ...{ washed: fc.double({ min: 0, max: 1, noNaN: true }), print: fc.string({ minLength: 1, maxLength: 3 }) },
    chroma: fc.double({ min: 0, max: 255, noNaN: true }),
    ...{ red: fc.double({ min: -16, max: 16, noNaN: true }), blue: fc.double({ min: -16, max: 16, noNaN: true }) },
    grid: fc.array(level, { minLength: cells, maxLength: cells }),
    edges: fc.array(level, { minLength: cells, maxLength: cells }),
    detail: fc.array(level, { minLength: cells, maxLength: cells }),
  })

  test('whatever comes: it changes nothing that it was given, and what it remembers can be kept', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 12 }), fc.nat(400), (pictures, hours) => {
        let memory = freshMemory()
        for (const [at, it] of pictures.entries()) {
          const before = JSON.stringify(memory)
          const verdict = judge(memory, it, noon + (hours + at) * hour)
          expect(JSON.stringify(memory)).toBe(before)
          memory = verdict.memory
          expect(PictureMemory.parse(JSON.parse(JSON.stringify(memory)))).toEqual(memory)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('a picture that is what is usual is always well, whatever that is', () => {
    fc.assert(
      fc.property(anything, (it) => {
        let memory = freshMemory()
        for (let days = 0; days < 8; days += 1)
          for (let at = 0; at < 4; at += 1)
            memory = judge(memory, { ...it, print: `${days} ${at}` }, noon + days * day + at * minute).memory
        expect(memory.state).toBe('ok')
      }),
      { numRuns: 60 },
    )
  })
})
