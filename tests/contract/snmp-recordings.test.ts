import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createDrivers, loadProfiles, openSession } from '@steward/agent/drivers'
import { SnmpConnection } from '@steward/shared/model'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram, recordings } from '../requirements.ts'
import { addScore, emptyScore, readExpectedTarget, type Score, scoreKinds } from './snmp-score.ts'
import { startSnmpsim } from './snmpsim.ts'

const folder = recordings('snmp') ?? ''
const files = folder === '' ? [] : readdirSync(folder).filter((it) => it.endsWith('.expected.json'))
const canRun = folder !== '' && findProgram('snmpsimd') !== null

/** What is reached; these only ever rise. */
const least: Record<keyof Score, number> = {
  model: 0.95,
  serial: 0.9,
  firmware: 0.9,
  ports: 1,
  sensors: 0.94,
  states: 0.96,
}

describe.skipIf(!canRun)('recorded SNMP targets [recordings]', () => {
  const { profiles } = loadProfiles(join(import.meta.dirname, '..', '..', 'agent', 'profiles'))
  const drivers = createDrivers({ snmp: profiles })
  const score = emptyScore()
  let simulator: Awaited<ReturnType<typeof startSnmpsim>>
  beforeAll(async () => {
    simulator = await startSnmpsim(folder)
  })
  afterAll(async () => {
    drivers.snmp.close()
    await simulator?.stop()
  })

  test.each(files)('%s is read', async (file) => {
    const expected = readExpectedTarget(join(folder, file))
    const connection = SnmpConnection.parse({ driver: 'snmp', port: simulator.port })
    const target = { device: 'recorded', address: '127.0.0.1', connection, secret: { community: expected.id } }
    const session = openSession(drivers, target)
    const reading = await session.poll({ timeoutMs: 5000, signal: new AbortController().signal })
    session.close()
    expect(new Set(reading.points?.map((it) => it.id)).size).toBe(reading.points?.length)
    addScore(score, expected, reading)
  })

  test.each(scoreKinds)('enough of %s is right', (kind) => {
    const { right, wanted } = score[kind]
    expect(wanted).toBeGreaterThan(0)
    expect(right / wanted).toBeGreaterThanOrEqual(least[kind])
  })
})
