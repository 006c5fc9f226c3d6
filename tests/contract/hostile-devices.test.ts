import { join } from 'node:path'
import {
  createDrivers,
  type DriverSession,
  type Limits,
  loadHttpProfiles,
  loadProfiles,
  openSession,
} from '@steward/agent/drivers'
import { isStewardError } from '@steward/shared/errors'
import { expect, test } from 'vitest'
import { until } from '../until.ts'
import { type BadDevice, canBeStranger, type DeviceFault, faults, startBadTcp, startBadUdp } from './bad-devices.ts'
import { type DriverFixture, driverFixtures } from './driver-fixtures.ts'
import { startEndlessTarget } from './endless-target.ts'

const { profiles } = loadProfiles(join(import.meta.dirname, '..', '..', 'agent', 'profiles'))
const { profiles: webProfiles } = loadHttpProfiles(join(import.meta.dirname, '..', '..', 'agent', 'profiles'))
/** What is learned of one bad answer may be asked for again, each time for as long as this. */
const limitMs = 300
/** Far beyond what any driver may take for a device that answers nothing in time. */
const deadlineMs = 15_000
const mostBytes = 64 * 1024 * 1024
const sessionsAtOnce = 5

const limits = (timeoutMs: number): Limits => ({ timeoutMs, signal: new AbortController().signal })
const cases = driverFixtures
  .filter((it) => it.isConnectOnly !== true)
  .flatMap((fixture) =>
    faults
      .filter((fault) => fault !== 'stranger' || canBeStranger(fixture.driver))
      .map((fault) => ({ name: fixture.name, fault, fixture })),
  )

function startBad(fixture: DriverFixture, fault: DeviceFault, behind: number): Promise<BadDevice> {
  const start = fixture.transport === 'udp' ? startBadUdp : startBadTcp
  return start(fault, fixture.driver, behind)
}

/** Rejects where it takes longer than anything may. */
async function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} goes on for longer than ${deadlineMs} ms`)), deadlineMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

async function failureOf(session: DriverSession): Promise<{ code: string; message: string }> {
  const error = await within('a poll', session.poll(limits(limitMs))).then(
    (it) => new Error(`it gave ${JSON.stringify(it)}`),
    (it: unknown) => it,
  )
  if (!isStewardError(error)) throw error
  return { code: error.code, message: error.message }
}

function sockets(): Record<string, number> {
  const kinds = ['TCPSocketWrap', 'TCPServerWrap', 'UDPWrap', 'TCPConnectWrap', 'TLSWrap']
  const found = process.getActiveResourcesInfo()
  return Object.fromEntries(kinds.map((kind) => [kind, found.filter((it) => it === kind).length]))
}

test.each(cases)('$name: a device that is $fault costs only itself', async ({ fixture, fault }) => {
  const before = sockets()
  const healthy = await fixture.start()
  const bad = await startBad(fixture, fault, healthy.port)
  const drivers = createDrivers({ snmp: profiles, http: webProfiles })
  const open = (port: number): DriverSession => {
    const target = { device: 'tested', address: '127.0.0.1', secret: fixture.secret }
    return openSession(drivers, { ...target, connection: fixture.connection(port) })
  }
  const sessions = Array.from({ length: sessionsAtOnce }, () => open(bad.port))
  const well = open(healthy.port)
  try {
    const checks = sessions.map((it) => within('a check', it.check(limits(limitMs))))
    // While they wait, another device of the same kind is read as ever.
    const { values } = await well.poll(limits(3000))
    expect(values[fixture.point]).toBeDefined()
    for (const outcome of await Promise.all(checks)) expect(outcome).toMatchObject({ ok: false })
    const failures = sessions.map(failureOf)
    expect((await well.poll(limits(3000))).values[fixture.point]).toBeDefined()
    for (const { code, message } of await Promise.all(failures)) {
      expect(code).toMatch(/^driver\/(timeout|unreachable|protocol)$/)
      expect(message).toMatch(/^[^\n]{10,300}$/)
      expect(message).toContain('127.0.0.1')
    }
    expect(bad.sentBytes()).toBeLessThan(mostBytes)
  } finally {
    for (const it of [...sessions, well]) it.close()
    for (const driver of Object.values(drivers)) driver.close()
  }
  await until('its connections to be closed', () => bad.open() === 0, { withinMs: 5000, everyMs: 20 })
  await bad.close()
  await healthy.close()
  const isFreed = (): boolean => Object.entries(sockets()).every(([kind, count]) => count <= (before[kind] ?? 0))
  await until('all sockets to be freed', isFreed, { withinMs: 5000, everyMs: 20 })
})

test('an SNMP target whose tables have no end is given up with its time, and holds up nobody', async () => {
  const fixture = driverFixtures.find((it) => it.name === 'snmp v2c')
  if (fixture === undefined) throw new Error('there is no fixture for SNMP')
  const [endless, healthy] = [await startEndlessTarget(), await fixture.start()]
  const drivers = createDrivers({ snmp: profiles, http: webProfiles })
  const open = (port: number): DriverSession =>
    openSession(drivers, {
      device: 'd',
      address: '127.0.0.1',
      secret: fixture.secret,
      connection: fixture.connection(port),
    })
  const budget = new AbortController()
  const [bad, well] = [open(endless.port), open(healthy.port)]
  let isOver = false
  try {
    const given = bad.poll({ timeoutMs: 1000, signal: budget.signal }).then(
      () => 'read in part',
      (error: unknown) => (isStewardError(error) ? 'given up' : error),
    )
    void given.finally(() => {
      isOver = true
    })
    await until('it to be in the middle of it', () => isOver || endless.answers() > 1000, {
      withinMs: 10_000,
      everyMs: 5,
    })
    for (let polls = 0; polls < 20; polls += 1)
      expect((await well.poll(limits(1000))).values[fixture.point]).toBeDefined()
    budget.abort()
    expect(await within('a poll that was given up', given)).toMatch(/given up|read in part/)
  } finally {
    for (const driver of Object.values(drivers)) driver.close()
    await endless.close()
    await healthy.close()
  }
})
