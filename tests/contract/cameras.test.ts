/** Cameras under the agent's own polling: what is wrong with one becomes a fault, and ends with it. */
import { type Polling, startPolling } from '@steward/agent/polling'
import type { AgentRecord } from '@steward/shared/wire'
import { afterEach, expect, test } from 'vitest'
import { type CameraModel, createGate, startCamera } from '../simulators/index.ts'
import { until } from '../until.ts'
import { configOf } from './polled-building.ts'

const address = '127.0.0.1'
const credentials = { user: 'service', password: 'Right-1' }
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const patience = { withinMs: 15_000, everyMs: 50 }
/** Captures take their seconds, and each change takes two of them. */
const longMs = 60_000
const longPatience = { withinMs: 25_000, everyMs: 50 }
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function watch(model: Partial<CameraModel>, settings: { clockLimitMs?: number } = {}, captureEveryMs = 0) {
  const gate = createGate()
  const camera: CameraModel = {
    ...{ name: 'cam', model: 'SIM-CAM', serial: '1', firmware: '1.10', mac: '02:00:00:00:00:01', clockOffsetMs: 0 },
    channels: [{ token: 'main', name: 'main', width: 2560, height: 1440, fps: 25 }],
    ...model,
  }
  const simulated = await startCamera({ address, httpPort: 0, rtspPort: 0, gate, credentials, camera })
  closers.push(() => simulated.close())
  const records: AgentRecord[] = []
  const saved = new Map<string, string>()
  const begin = (): Polling => {
    const polling = startPolling({
      savedState: Object.fromEntries(saved),
      log: quiet,
      isAllowed: () => true,
      secretOf: () => credentials,
      record(some, state) {
        records.push(...some)
        for (const [name, text] of Object.entries(state ?? {})) {
          if (text === null) saved.delete(name)
          else saved.set(name, text)
        }
      },
    })
    const connections = [{ driver: 'onvif', port: simulated.httpPort, captureEveryMs }]
    const device = { id: 'cam', kind: 'camera', address, connections }
    const times = { checkIntervalMs: 1000, checkTimeoutMs: 1000, pollIntervalMs: 1000 }
    polling.applyConfig(configOf([device], { systems: [], settings: { ...times, ...settings } }))
    return polling
  }
  let polling = begin()
  closers.push(() => polling.stop())
  return {
    camera,
    faults: () => records.flatMap((it) => (it.type === 'fault' ? [it.event] : [])),
    samples: (point: string) =>
      records.flatMap((it) => (it.type === 'samples' && it.values[point] !== undefined ? [it.values[point]] : [])),
    async restart() {
      await polling.stop()
      polling = begin()
    },
  }
}

test('a clock that is off is a fault until it is set, over a restart too', async () => {
  const site = await watch({ clockOffsetMs: 90_000 })
  await until('the fault', () => site.faults().length > 0, patience)
  expect(site.faults()[0]).toMatchObject({ event: 'opened', kind: 'degraded', level: 'L4' })
  expect(site.faults()[0]?.reason.en).toMatch(/Clock ahead of the agent is (89|90)[.\d]* s, above 5 s/)
  expect(site.faults()[0]?.reason.zh).toMatch(/时钟快于代理为 (89|90)[.\d]* s，高于 5 s/)
  await site.restart()
  const told = site.samples('clock.drift').length
  await until('it to be read again', () => site.samples('clock.drift').length > told + 2, patience)
  expect(site.faults()).toHaveLength(1)
  site.camera.clockOffsetMs = 0
  await until('the end', () => site.faults().length > 1, patience)
  expect(site.faults()[1]).toMatchObject({ event: 'closed' })
})

test('a site may allow more', async () => {
  const site = await watch({ clockOffsetMs: 90_000 }, { clockLimitMs: 120_000 })
  await until('some readings', () => site.samples('clock.drift').length > 3, patience)
  expect(site.faults()).toEqual([])
})

test('a stream that is slower than ONVIF says it is set affects service until it is not', {
  timeout: longMs,
}, async () => {
  const site = await watch({ stream: { framesPerSecond: 8 } }, {}, 1)
  await until('the fault', () => site.faults().length > 0, longPatience)
  expect(site.faults()[0]).toMatchObject({ event: 'opened', kind: 'degraded', level: 'L3' })
  expect(site.faults()[0]?.reason.en).toMatch(/Frame rate is (7|8)[.\d]* fps, below 12.5 fps/)
  expect(site.samples('stream.codec').at(-1)).toBe('H264')
  site.camera.stream = {}
  await until('the end', () => site.faults().length > 1, longPatience)
  expect(site.faults()[1]).toMatchObject({ event: 'closed' })
})

test('a stream that plays and sends nothing affects service too', { timeout: longMs }, async () => {
  const site = await watch({ stream: { framesPerSecond: 0 } }, {}, 1)
  await until('the fault', () => site.faults().length > 0, longPatience)
  expect(site.faults()[0]).toMatchObject({ event: 'opened', kind: 'degraded', level: 'L3' })
  expect(site.faults()[0]?.reason).toMatchObject({ zh: expect.stringContaining('视频流：无视频') })
})
