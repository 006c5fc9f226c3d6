/**
 * How fluid the topology page is with 5,000 devices in four layers, in the system's Chromium without a graphics card: the
 * time from asking for it to the first picture, how long the page's own thread works for a frame while the drawing is
 * zoomed and moved, how long a tap takes to be answered, and how soon a fault of a whole floor is on it.
 */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { buildWebAppIfStale } from '../demo/web-app.ts'
import { signIn, startBrowser } from '../e2e/browser.ts'
import { startHub } from '../integration/started-hub.ts'
import { enrolledAgent, send } from '../integration/wire-agent.ts'
import { findProgram } from '../requirements.ts'
import { until } from '../until.ts'

const devices = Number(process.argv[2] ?? 5000)
const frameBarMs = 1000 / 30
const tapBarMs = 100
const email = 'admin@steward.example'
const password = 'correct horse battery'
const root = join(import.meta.dirname, '..', '..')

const edges = Math.round(devices / 25)
const needs = (i: number): string[][] => {
  if (i < 2) return []
  if (i < 10) return [['d0', 'd1']]
  if (i < 10 + edges) return [[`d${2 + ((2 * i) % 8)}`, `d${3 + ((2 * i) % 8)}`]]
  return [[`d${10 + (i % edges)}`]]
}
const site = {
  customers: [{ id: 'acme', name: 'Acme' }],
  sites: [
    {
      id: 'big',
      name: 'Big',
      customer: 'acme',
      systems: [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }],
      devices: Array.from({ length: devices }, (_, i) => ({
        id: `d${i}`,
        name: i < 10 + edges ? `Switch ${i}` : `Camera ${i}`,
        kind: i < 10 + edges ? 'switch' : 'camera',
        address: `10.0.${i >> 8}.${i & 255}`,
        needs: needs(i),
        ...(i < 10 + edges ? {} : { serves: [{ function: 'cctv/view' }] }),
      })),
    },
  ],
}

const Seen = z.object({ frames: z.array(z.number()), taps: z.array(z.number()) })

/** Runs in the page: notes every frame and how long taps and keys take. */
const watching = `
  globalThis.seen = { frames: [], taps: [] }
  new PerformanceObserver((list) => {
    for (const it of list.getEntries()) seen.taps.push(it.duration)
  }).observe({ type: 'event', durationThreshold: 16 })
  let last = performance.now()
  requestAnimationFrame(function next(at) {
    seen.frames.push(at - last)
    last = at
    requestAnimationFrame(next)
  })`

/** Gives what was noted since the last look. */
async function watchFrames(page: Page): Promise<() => Promise<z.infer<typeof Seen>>> {
  await page.evaluate(`(() => {${watching}})()`)
  return async () =>
    Seen.parse(
      await page.evaluate('(() => { const was = { ...seen }; seen.frames = []; seen.taps = []; return was })()'),
    )
}

const share = (list: readonly number[], part: number): number =>
  list.toSorted((a, b) => a - b)[Math.floor(part * (list.length - 1))] ?? 0
let met = true
function say(what: string, ms: number, barMs: number | null): void {
  if (barMs !== null && ms > barMs) met = false
  console.log(
    `${what.padEnd(58)} ${ms.toFixed(1).padStart(8)} ms${barMs === null ? '' : `   at most ${barMs.toFixed(0)}`}`,
  )
}

async function measure(page: Page, url: string, breakFloor: () => Promise<void>): Promise<void> {
  const began = performance.now()
  await page.goto(`${url}/sites/big/topology`)
  await page.locator('canvas').waitFor()
  const isDrawn = async () =>
    (await page.locator('canvas').getAttribute('aria-label'))?.replace(/\D/g, '') === `${devices}`
  await until('the drawing', isDrawn, { withinMs: 30_000, everyMs: 20 })
  say('opened, with the first picture', performance.now() - began, null)
  const canvas = page.locator('canvas')
  const box = await canvas.boundingBox()
  if (box === null) throw new Error('there is no drawing')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const look = await watchFrames(page)
  const moving = async (what: string): Promise<void> => {
    await look()
    await page.mouse.move(middle.x, middle.y)
    await page.mouse.down()
    for (let i = 0; i < 60; i += 1) await page.mouse.move(middle.x + 3 * (i % 20), middle.y + (i % 12))
    await page.mouse.up()
    const { frames } = await look()
    say(`${what}, moved: a frame at the median`, share(frames, 0.5), frameBarMs)
    say(`${what}, moved: a frame at the 95th percentile`, share(frames, 0.95), null)
  }
  await moving('whole')
  await page.mouse.move(middle.x, middle.y)
  await look()
  for (let i = 0; i < 40; i += 1) await page.mouse.wheel(0, -40)
  const zoomed = await look()
  say('zoomed in by wheel: a frame at the median', share(zoomed.frames, 0.5), frameBarMs)
  await moving('near')
  await page.mouse.click(middle.x + 5, middle.y + 5)
  await page.locator('main input').first().click()
  await page.keyboard.type('Camera 42', { delay: 60 })
  await page.waitForTimeout(500)
  const { taps } = await look()
  say('a tap or a key, to the next picture (the worst)', Math.max(0, ...taps), tapBarMs)
  await page.keyboard.press('Escape')
  const broke = performance.now()
  await breakFloor()
  await page.locator('aside').getByText('Switch 0', { exact: true }).waitFor()
  say('a core and all behind it down: on the page after', performance.now() - broke, null)
}

if (findProgram('chromium') === null) {
  console.log('not measured: Chromium is not installed')
  process.exit(0)
}
await buildWebAppIfStale(root, new AbortController().signal)
const hub = await startHub({ webApp: join(root, 'dashboards', 'dist') })
const browser = await startBrowser()
try {
  const answer = await hub.call('POST', 'apply', site)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  const agent = await enrolledAgent(hub, 'big')
  const reason = { zh: '', en: '' }
  const tell = async (is: string): Promise<void> => {
    for (let from = 0; from < devices; from += 500) {
      const records = Array.from({ length: Math.min(500, devices - from) }, (_, i) => ({
        type: 'state',
        at: Date.now(),
        device: `d${from + i}`,
        state: is,
        reason,
      }))
      await send(hub, agent, records, { packed: true })
    }
  }
  await tell('up')
  const ready = {
    url: hub.url,
    apiKey: hub.apiKey,
    user: email,
    password,
    caFile: '',
    site: 'big',
    pids: { hub: 1, agent: 1 },
  }
  const page = await signIn(browser, ready, { width: 1440, height: 900, language: 'en', scheme: 'light' })
  await measure(page, hub.url, async () => {
    await tell('down')
    const affected = Array.from({ length: devices - 2 }, (_, i) => `d${i + 2}`)
    const event = {
      at: Date.now(),
      fault: 'd0@1',
      event: 'opened',
      cause: 'd0',
      kind: 'down',
      level: 'L1',
      affected,
      functions: { 'cctv/view': 0 },
      incident: 'd0@1',
      reason: { zh: '断', en: 'down' },
    }
    await send(hub, agent, [{ type: 'fault', at: Date.now(), event }], { packed: true })
  })
} finally {
  await browser.close()
  await hub.stop()
}
console.log(met ? 'met' : 'NOT met')
process.exitCode = met ? 0 : 1
