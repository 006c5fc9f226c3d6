import type { DeviceSecret } from '@steward/agent/drivers'
import { startPolling } from '@steward/agent/polling'
import { catalogue } from '@steward/shared/errors'
import type { AgentRecord } from '@steward/shared/wire'
import { expect, test } from 'vitest'
import { until } from '../until.ts'
import { type CountingRelay, startCountingRelay } from './counting-relay.ts'
import { type DriverFixture, driverFixtures } from './driver-fixtures.ts'
import { configOf } from './polled-building.ts'

/** Devices lock an account after five to seven wrong passwords within half an hour. */
const mostAttempts = { inHalfAnHour: 4, inAnHour: 5 }
const [checkEveryMs, pollEveryMs, stepMs, hourMs] = [10_000, 60_000, 60_000, 3_600_000]

type Proved = { fixture: DriverFixture; id: string; relay: CountingRelay; secret: DeviceSecret | null }

/** A clock that is put forward by hand; `seen` counts how often the loop has looked at it. */
function createClock() {
  let ms = 0
  let seen = 0
  return {
    monotonicMs: () => ms,
    wallMs: () => {
      seen += 1
      return 1_800_000_000_000 + ms
    },
    async forward(byMs: number) {
      ms += byMs
      const before = seen
      await until('the loop to have gone round', () => seen >= before + 3, { withinMs: 5000, everyMs: 20 })
    },
  }
}

test('wrong credentials are said once, offered seldom, and forgotten as soon as there are others', {
  timeout: 120_000,
}, async () => {
  const started = await Promise.all(
    driverFixtures
      .filter((it) => it.wrongSecret !== null)
      .map(async (fixture) => ({ fixture, device: await fixture.start() })),
  )
  const proved = await Promise.all(
    started.map(async ({ fixture, device }): Promise<Proved> => {
      const relay = await startCountingRelay(fixture.driver, fixture.transport, device.port)
      return { fixture, id: fixture.name.replace(/\W+/g, '-').toLowerCase(), relay, secret: fixture.wrongSecret }
    }),
  )
  const records: AgentRecord[] = []
  const warnings: { device: unknown; message: string }[] = []
  const clock = createClock()
  const polling = startPolling({
    savedState: {},
    clock,
    isAllowed: () => true,
    secretOf: (device) => proved.find((it) => it.id === device)?.secret ?? null,
    record: (some) => records.push(...some),
    log: {
      info: () => undefined,
      warn: (fields, message) => warnings.push({ device: Reflect.get(fields, 'device'), message }),
      error: (_, message) => expect(message).toBe('no errors of our own'),
    },
  })
  const attempts = (): Record<string, number> => Object.fromEntries(proved.map((it) => [it.id, it.relay.attempts()]))
  try {
    polling.applyConfig(
      configOf(
        proved.map(({ fixture, id, relay }) => ({
          ...{ id, name: id, kind: 'other', system: 'cctv', address: '127.0.0.1' },
          connections: [fixture.connection(relay.port)],
        })),
        { settings: { checkIntervalMs: checkEveryMs, checkTimeoutMs: 1000, pollIntervalMs: pollEveryMs } },
      ),
    )
    for (let at = 0; at < hourMs / 2; at += stepMs) await clock.forward(stepMs)
    const halfway = attempts()
    for (let at = hourMs / 2; at < hourMs; at += stepMs) await clock.forward(stepMs)
    const atLast = attempts()

    const isTooOften = (counted: Record<string, number>, most: number): string[] =>
      Object.entries(counted).flatMap(([id, count]) => (count < 1 || count > most ? [`${id}: ${count}`] : []))
    expect({
      inHalfAnHour: isTooOften(halfway, mostAttempts.inHalfAnHour),
      inAnHour: isTooOften(atLast, mostAttempts.inAnHour),
    }).toEqual({ inHalfAnHour: [], inAnHour: [] })

    for (const { id } of proved) {
      const problems = records.filter((it) => it.type === 'problem' && it.device === id)
      expect(problems).toMatchObject([{ code: 'driver/refused-credentials', over: false }])
      expect(warnings.filter((it) => it.device === id).map((it) => it.message)).toEqual([
        expect.stringMatching(/^[^\n]{10,200}$/),
      ])
      expect(records.some((it) => it.type === 'state' && it.device === id && it.state === 'down')).toBe(false)
    }
    expect(catalogue['driver/refused-credentials'].next).toBe('reconfigure')

    for (const it of proved) {
      it.secret = it.fixture.secret
      polling.secretChanged(it.id)
    }
    // The clock stands still: nobody waits for a turn.
    for (const { id } of proved) {
      const isRead = (): boolean => records.some((it) => it.type === 'samples' && it.device === id)
      await until(`${id} to be read`, isRead, { withinMs: 10_000, everyMs: 20 })
      const last = records.findLast((it) => it.type === 'problem' && it.device === id)
      expect(last).toMatchObject({ code: 'driver/refused-credentials', over: true })
    }
  } finally {
    await polling.stop()
    for (const { relay } of proved) await relay.close()
    for (const { device } of started) await device.close()
  }
})
