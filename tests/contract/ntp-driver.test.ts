import { createDrivers, openSession } from '@steward/agent/drivers'
import { afterEach, expect, test } from 'vitest'
import { openGate, startNtpServer } from '../simulators/index.ts'

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function read(manner: Parameters<typeof startNtpServer>[1]) {
  const server = await startNtpServer(openGate(), manner)
  const connection = { driver: 'ntp' as const, port: server.port }
  const session = openSession(createDrivers({}), { device: 'd', address: '127.0.0.1', connection, secret: null })
  closers.push(server.close, () => session.close())
  return session.poll({ timeoutMs: 5000, signal: new AbortController().signal })
}

test('a clock that is ahead, with its stratum; beyond its limit', async () => {
  const { values, points } = await read({ aheadMs: 90_000 })
  expect(Number(values['ntp.offset'])).toBeCloseTo(90, 0)
  expect(values).toMatchObject({ 'ntp.stratum': 2, 'ntp.leap': 'none' })
  expect(points?.find((it) => it.id === 'ntp.offset')?.limits?.high).toBeLessThan(90)
})

test('a server without the time is not compared', async () => {
  const { values, points } = await read({ leap: 3 })
  expect(values).toMatchObject({ 'ntp.offset': null, 'ntp.leap': 'unsynchronised' })
  expect(points?.find((it) => it.id === 'ntp.leap')?.watch?.states).toEqual(['unsynchronised'])
})
