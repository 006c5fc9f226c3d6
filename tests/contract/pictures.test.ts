/** What cameras show, from the device to the fault: against the simulated clock, and under the agent's own polling. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, openSession, type Reading } from '@steward/agent/drivers'
import { createPictureEye, type PictureEye } from '@steward/agent/picture'
import { startPolling } from '@steward/agent/polling'
import type { AgentRecord } from '@steward/shared/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CameraModel, createGate, startCamera } from '../simulators/index.ts'
import { until } from '../until.ts'
import { configOf } from './polled-building.ts'

const address = '127.0.0.1'
const credentials = { user: 'service', password: 'Right-1' }
const minute = 60_000
const folder = mkdtempSync(join(tmpdir(), 'steward-sight-'))
let eye: PictureEye
beforeAll(() => {
  eye = createPictureEye(join(folder, 'pictures.sqlite'))
})
afterAll(() => {
  eye.close()
  rmSync(folder, { recursive: true, force: true })
})

function cameraNamed(name: string): CameraModel {
  return {
    ...{ name, model: 'SIM-CAM', serial: '1', firmware: '1.10', mac: '02:00:00:00:00:01', clockOffsetMs: 0 },
    channels: [{ token: 'main', name, width: 2560, height: 1440, fps: 25 }],
  }
}

async function simulated(camera: CameraModel, now?: () => number) {
  const options = { address, httpPort: 0, rtspPort: 0, gate: createGate(), credentials, camera }
  return startCamera(now === undefined ? options : { ...options, now })
}

/** A camera whose pictures have been usual for half an hour, and what it says after some minutes more. */
async function known(name: string) {
  let nowMs = Date.parse('2026-03-02T02:00:00Z')
  const camera = cameraNamed(name)
  const device = await simulated(camera, () => nowMs)
  const sight = { eye, clock: { wallMs: () => nowMs, monotonicMs: () => nowMs } }
  const connection = {
    driver: 'onvif',
    port: device.httpPort,
    path: '/onvif/device_service',
    captureEveryMs: 0,
  } as const
  const session = openSession(createDrivers({}, sight), { device: name, address, connection, secret: credentials })
  const after = (minutes: number): Promise<Reading> => {
    nowMs += minutes * minute
    return session.poll({ timeoutMs: 5000, signal: new AbortController().signal })
  }
  const states: unknown[] = []
  for (let at = 0; at < 6; at += 1) states.push((await after(5)).values.picture)
  expect(states).toEqual(Array(6).fill('ok'))
  const state = async (minutes: number) => (await after(minutes)).values.picture
  return {
    ...{ camera, after, state },
    async close() {
      session.close()
      await device.close()
    },
  }
}

test.each([
  ['black', 'black'],
  ['over-exposed', 'over-exposed'],
  ['blurred', 'out-of-focus'],
  ['covered', 'covered'],
  ['moved', 'moved'],
] as const)(
  'a picture that is %s is told as %s by the second, and heals with the second good one',
  async (fault, word) => {
    const it = await known(fault)
    try {
      it.camera.pictureFault = fault
      // The first strange one has the next be looked at soon.
      expect([await it.state(5), await it.state(1), await it.state(1)]).toEqual(['ok', word, word])
      it.camera.pictureFault = null
      expect([await it.state(1), await it.state(1)]).toEqual([word, 'ok'])
    } finally {
      await it.close()
    }
  },
)

test('colours that are off are told apart: everything is still to be seen', async () => {
  const it = await known('tinted')
  try {
    it.camera.pictureFault = 'tinted'
    await it.after(5)
    expect((await it.after(1)).values).toMatchObject({ picture: 'colour-cast', 'picture.colour': 'colour-cast' })
  } finally {
    await it.close()
  }
})

test('a picture that stands still is frozen after a quarter of an hour, and lives again with the next but one', async () => {
  const it = await known('frozen')
  try {
    it.camera.pictureFault = 'frozen'
    expect([await it.state(5), await it.state(5), await it.state(5), await it.state(5)]).toEqual([
      'ok',
      'ok',
      'ok',
      'frozen',
    ])
    it.camera.pictureFault = null
    expect([await it.state(1), await it.state(1)]).toEqual(['frozen', 'ok'])
  } finally {
    await it.close()
  }
})

test('while all is well a camera is asked for a picture every five minutes, and the password still proved at each poll', async () => {
  const it = await known('calm')
  try {
    await it.after(5)
    const { values } = await it.after(4)
    expect(Object.keys(values).filter((id) => /^(picture|snapshot)/.test(id))).toEqual([])
    expect((await it.after(1)).values).toMatchObject({ picture: 'ok', 'snapshot.state': 'ok' })
  } finally {
    await it.close()
  }
})

test('under polling a black picture is a fault that affects service, in both languages, until it is gone', async () => {
  const camera: CameraModel = { ...cameraNamed('dark'), pictureFault: 'black' }
  const device = await simulated(camera)
  const records: AgentRecord[] = []
  const polling = startPolling({
    ...{ savedState: {}, isAllowed: () => true, secretOf: () => credentials },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    picturesFile: join(folder, 'polled.sqlite'),
    record: (some) => records.push(...some),
  })
  const faults = () => records.flatMap((it) => (it.type === 'fault' ? [it.event] : []))
  try {
    const connections = [{ driver: 'onvif', port: device.httpPort, captureEveryMs: 0, pictureEveryMs: 1 }]
    const settings = { checkIntervalMs: 1000, checkTimeoutMs: 1000, pollIntervalMs: 1000 }
    polling.applyConfig(configOf([{ id: 'cam', kind: 'camera', address, connections }], { systems: [], settings }))
    await until('the fault', () => faults().length > 0, { withinMs: 20_000, everyMs: 50 })
    expect(faults()[0]).toMatchObject({ event: 'opened', kind: 'degraded', level: 'L3' })
    expect(faults()[0]?.reason.en).toContain('Picture content: black')
    expect(faults()[0]?.reason.zh).toContain('画面内容：全黑')
    camera.pictureFault = null
    await until('the end', () => faults().length > 1, { withinMs: 20_000, everyMs: 50 })
    expect(faults()[1]).toMatchObject({ event: 'closed' })
  } finally {
    await polling.stop()
    await device.close()
  }
}, 60_000)
