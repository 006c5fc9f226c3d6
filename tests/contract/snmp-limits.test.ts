/** Limits that devices keep themselves, as points get them from the profiles that come with the agent. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, type LearnedPoint, loadProfiles, openSession, type Reading } from '@steward/agent/drivers'
import { SnmpConnection } from '@steward/shared/model'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../requirements.ts'
import { startSnmpsim } from './snmpsim.ts'

const sensor = '1.3.6.1.4.1.9.9.91.1.1.1.1'
const threshold = '1.3.6.1.4.1.9.9.91.1.2.1.1'
const phase = '1.3.6.1.4.1.318.1.1.26.6'

/** One chassis temperature in tenths with thresholds of each severity, and one with what means "not set". */
const cisco = [
  ['1.3.6.1.2.1.1.1.0', 4, 'Cisco IOS Software'],
  ['1.3.6.1.2.1.1.2.0', 6, '1.3.6.1.4.1.9.1.1208'],
  ...[1006, 1007].flatMap((row) => [
    [`${sensor}.1.${row}`, 2, 8],
    [`${sensor}.2.${row}`, 2, 9],
    [`${sensor}.3.${row}`, 2, 1],
    [`${sensor}.4.${row}`, 2, 415],
  ]),
  ...[
    [1006, 1, 10, 4, 550],
    [1006, 2, 30, 4, 700],
    [1006, 3, 30, 3, 680],
    [1006, 4, 30, 2, -50],
    [1007, 1, 30, 4, -32_768],
  ].flatMap(([row, number, severity, relation, value]) => [
    [`${threshold}.2.${row}.${number}`, 2, severity],
    [`${threshold}.3.${row}.${number}`, 2, relation],
    [`${threshold}.4.${row}.${number}`, 2, value],
  ]),
]
const pdu = [
  ['1.3.6.1.2.1.1.1.0', 4, 'APC Web/SNMP Management Card'],
  ['1.3.6.1.2.1.1.2.0', 6, '1.3.6.1.4.1.318.1.3.4.6'],
  [`${phase}.1.1.6.1`, 2, 12],
  [`${phase}.3.1.4.1`, 2, 2],
  [`${phase}.3.1.5.1`, 2, 87],
]
const ups = [
  ['1.3.6.1.2.1.1.1.0', 4, 'a UPS'],
  ['1.3.6.1.2.1.1.2.0', 6, '1.3.6.1.2.1.33'],
  ['1.3.6.1.2.1.33.1.2.1.0', 2, 2],
  ['1.3.6.1.2.1.33.1.2.7.0', 2, 51],
  ['1.3.6.1.2.1.33.1.3.3.1.3.1', 2, 231],
  ['1.3.6.1.2.1.33.1.9.9.0', 2, 184],
  ['1.3.6.1.2.1.33.1.9.10.0', 2, 265],
]

describe.skipIf(findProgram('snmpsimd') === null)('limits of SNMP points', () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-limits-'))
  const drivers = createDrivers({
    snmp: loadProfiles(join(import.meta.dirname, '..', '..', 'agent', 'profiles')).profiles,
  })
  let simulator: Awaited<ReturnType<typeof startSnmpsim>>
  beforeAll(async () => {
    chmodSync(folder, 0o755)
    const inOrder = (rows: readonly (readonly unknown[])[]) => rows.map((it) => `${it.join('|')}\n`).join('')
    const byOid = (a: readonly unknown[], b: readonly unknown[]) =>
      String(a[0]).localeCompare(String(b[0]), 'en', { numeric: true })
    for (const [name, rows] of Object.entries({ cisco, pdu, ups }))
      writeFileSync(join(folder, `${name}.snmprec`), inOrder([...rows].sort(byOid)), { mode: 0o644 })
    simulator = await startSnmpsim(folder)
  })
  afterAll(async () => {
    drivers.snmp.close()
    await simulator?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function pointsOf(community: string): Promise<Map<string, LearnedPoint>> {
    const connection = SnmpConnection.parse({ driver: 'snmp', port: simulator.port })
    const session = openSession(drivers, { device: 'it', address: '127.0.0.1', connection, secret: { community } })
    const reading: Reading = await session.poll({ timeoutMs: 5000, signal: new AbortController().signal })
    session.close()
    return new Map(reading.points?.map((it) => [it.id, it]))
  }

  test('of a chassis temperature: the critical thresholds that are reached first, in its unit', async () => {
    const points = await pointsOf('cisco')
    expect(points.get('sensor.1006')).toMatchObject({ class: 'temperature', limits: { low: -5, high: 68 } })
    expect(points.get('sensor.1006')?.watch).toBeUndefined()
  })

  test('what means that none is set is none', async () => {
    expect((await pointsOf('cisco')).get('sensor.1007')?.limits).toBeUndefined()
  })

  test('of the load of a PDU: near overload is watched', async () => {
    const point = (await pointsOf('pdu')).get('phase.1.current')
    expect(point).toMatchObject({ limits: { high: 12 }, watch: { isDirect: false } })
  })

  test('of a UPS: its transfer points, and what its batteries bear', async () => {
    const points = await pointsOf('ups')
    expect(points.get('input.1.voltage')).toMatchObject({ limits: { low: 184, high: 265 } })
    expect(points.get('battery.temperature')).toMatchObject({ limits: { high: 50 } })
  })
})
