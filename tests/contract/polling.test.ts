import { createServer } from 'node:net'
import { startPolling } from '@steward/agent/polling'
import { AgentRecord } from '@steward/shared/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../until.ts'
import { configOf, type PolledBuilding, pollBuilding } from './polled-building.ts'

let site: PolledBuilding
const patience = { withinMs: 20_000, everyMs: 50 }

beforeAll(async () => {
  site = await pollBuilding(91)
  await until(
    'all devices to be up',
    () => site.polling().status().devices.up === site.building.devices.length,
    patience,
  )
})
afterAll(() => site.close())

function faultEvents(cause: string): string[] {
  return site
    .of('fault')
    .filter((it) => it.event.cause === cause)
    .map((it) => `${it.event.event} ${it.event.kind} ${it.event.level}`)
}

test('reads every device: points, values, and identity where it is told', async () => {
  const all = site.building.devices.map((it) => it.id)
  const told = (type: 'points' | 'samples' | 'identity') => new Set(site.of(type).map((it) => it.device))
  await until('values of every device', () => all.every((it) => told('samples').has(it)), patience)
  expect(all.filter((it) => !told('points').has(it))).toEqual([])
  expect(told('identity').size).toBeGreaterThan(30)
  expect(site.of('identity').find((it) => it.device === 'cam-01')?.identity.firmware).toBe('1.10')
  expect(site.records.filter((it) => !AgentRecord.safeParse(it).success)).toEqual([])
})

test('says of each secret that it is set and works', async () => {
  const withSecret = site.building.devices.filter((it) => it.secret !== null).map((it) => it.id)
  const working = () => new Set(site.of('secret').flatMap((it) => (it.set && it.works === true ? [it.device] : [])))
  await until('all secrets to be tried', () => withSecret.every((it) => working().has(it)), patience)
})

test('a camera that hangs is one fault, and none when it answers again', async () => {
  site.building.break('cam-07', 'hang')
  await until('the fault', () => faultEvents('cam-07').length > 0, patience)
  site.building.heal('cam-07')
  await until('its end', () => faultEvents('cam-07').length > 1, patience)
  expect(faultEvents('cam-07')).toEqual(['opened down L3', 'closed down L3'])
})

test('a restart of the agent neither repeats nor loses a fault, and tells no device anew', async () => {
  site.building.break('cam-05', 'power')
  await until('the fault', () => faultEvents('cam-05').length > 0, patience)
  const before = site.records.length
  await site.restart()
  const samplesOf = (device: string) => site.of('samples').filter((it) => it.device === device).length
  const already = samplesOf('cam-06')
  await until('polling to go on', () => samplesOf('cam-06') > already + 1, patience)
  expect(
    site
      .polling()
      .status()
      .openFaults.map((it) => it.cause),
  ).toEqual(['cam-05'])
  site.building.heal('cam-05')
  await until('the end of the fault', () => faultEvents('cam-05').length > 1, patience)
  expect(faultEvents('cam-05')).toEqual(['opened down L3', 'closed down L3'])
  const faults = site.of('fault').filter((it) => it.event.cause === 'cam-05')
  expect(new Set(faults.map((it) => it.event.fault)).size).toBe(1)
  // Not points: the switch of a dead camera has one neighbour less, and says so when it is learned anew.
  const isNews = (type: string) => ['state', 'identity', 'secret'].includes(type)
  const news = site.records.slice(before).filter((it) => isNews(it.type))
  expect(news).toEqual([expect.objectContaining({ type: 'state', device: 'cam-05', state: 'up' })])
})

test('refused credentials: the device stays up, carries a fault of its own, and mends when the secret does', async () => {
  const right = site.building.devices.find((it) => it.id === 'cam-09')?.secret ?? null
  site.setSecret('cam-09', { ...right, password: 'not this one' })
  const lastSecret = () => site.of('secret').findLast((it) => it.device === 'cam-09')
  await until('the refusal', () => lastSecret()?.works === false, patience)
  await until('the fault', () => faultEvents('cam-09').length > 0, patience)
  expect(faultEvents('cam-09')).toEqual(['opened degraded L4'])
  const problems = site.of('problem').filter((it) => it.device === 'cam-09')
  expect(problems.map((it) => [it.code, it.over])).toEqual([['driver/refused-credentials', false]])
  expect(site.of('state').some((it) => it.device === 'cam-09' && it.state === 'down')).toBe(false)
  expect(JSON.stringify(site.records)).not.toContain('not this one')
  site.setSecret('cam-09', right)
  await until('it to be mended', () => faultEvents('cam-09').length > 1, patience)
  expect(lastSecret()?.works).toBe(true)
  expect(site.of('problem').findLast((it) => it.device === 'cam-09')?.over).toBe(true)
})

test('one core switch is a loss of redundancy, both are one incident with all behind them affected', async () => {
  const before = site.records.length
  const others = () =>
    site.records
      .slice(before)
      .flatMap((it) => (it.type === 'fault' && !it.event.cause.startsWith('core-') ? [it.event] : []))
      .map((it) => `${it.event} ${it.cause} ${it.kind} ${it.reason.en}`)
  site.building.break('core-1', 'power')
  await until('the first fault', () => faultEvents('core-1').includes('opened down L2'), patience)
  site.building.break('core-2', 'power')
  await until('both at L1', () => faultEvents('core-2').includes('opened down L1'), patience)
  const everything = site.building.devices.length
  await until('all to be down', () => site.polling().status().devices.down === everything, patience)
  const open = site.polling().status().openFaults
  expect(open.map((it) => [it.cause, it.level, it.affected.length]).sort()).toEqual([
    ['core-1', 'L1', everything - 2],
    ['core-2', 'L1', everything - 2],
  ])
  expect(new Set(open.map((it) => it.incident)).size).toBe(1)
  expect(others()).toEqual([])
  site.building.heal('core-1')
  site.building.heal('core-2')
  const causes = () =>
    site
      .polling()
      .status()
      .openFaults.map((it) => `${it.cause} ${it.kind}`)
  await until(
    'all faults to be closed',
    () => causes().length === 0 || Promise.reject(new Error(causes().join())),
    patience,
  )
  await until('all to be up', () => site.polling().status().devices.up === everything, patience)
  expect(others()).toEqual([])
}, 90_000)

test('a check on demand reads the device, and names one that does not exist', async () => {
  const result = await site.polling().checkNow('chiller-1')
  expect(result).toMatchObject({ device: 'chiller-1', ok: true })
  expect(result.values.supply).toBeGreaterThan(0)
  await expect(site.polling().checkNow('nobody')).rejects.toMatchObject({ code: 'input/not-found' })
})

test('an address outside the allowed networks is never dialled, whatever is configured', async () => {
  let dialled = 0
  const server = createServer((socket) => {
    dialled += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0
  const connections = [{ driver: 'tcp', port }]
  const states: string[] = []
  const polling = startPolling({
    savedState: {},
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    secretOf: () => null,
    isAllowed: (address) => address === '127.0.0.1',
    record(records) {
      for (const it of records) if (it.type === 'state') states.push(it.device)
    },
  })
  const problems = polling.applyConfig(
    configOf([
      { id: 'inside', address: '127.0.0.1', connections },
      { id: 'outside', address: '127.0.0.2', connections },
    ]),
  )
  await until('the allowed one to be checked', () => states.length > 0, patience)
  await expect(polling.checkNow('outside')).rejects.toMatchObject({ code: 'input/not-found' })
  expect(polling.deviceOf('outside')).toBeUndefined()
  expect(problems.map((it) => [it.item, it.code])).toContainEqual(['devices/outside', 'config/address-not-allowed'])
  expect(states).toEqual(['inside'])
  expect(dialled).toBeGreaterThan(0)
  await polling.stop()
  await new Promise((resolve) => server.close(resolve))
})
