/** Targets that know SNMP version 1 alone, and those that are read in it: the same is found as in version 2c. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findProgram } from '../requirements.ts'
import { type Snmpd, startSnmpd } from './snmpd.ts'

const steward = join(import.meta.dirname, '..', '..', 'steward.js')

const Report = z.object({
  target: z.string(),
  identity: z.record(z.string(), z.string().nullable()),
  interfaces: z.array(z.object({ name: z.string(), operUp: z.boolean().nullable() })),
  points: z.array(z.object({ id: z.string(), unit: z.string() })),
  errors: z.array(z.object({ point: z.string().nullable(), code: z.string().nullable() })),
})
const Found = z.object({ devices: z.array(z.object({ connections: z.array(z.object({ version: z.string() })) })) })

async function run(...args: string[]) {
  const child = spawn(process.execPath, [steward, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [out, status] = await Promise.all([text(child.stdout), exit, text(child.stderr)])
  return { out, status }
}

describe.skipIf(findProgram('snmpd') === null)('SNMP version 1', () => {
  let old: Snmpd
  let any: Snmpd
  beforeAll(async () => {
    old = await startSnmpd('v1')
    any = await startSnmpd()
  })
  afterAll(async () => {
    await old.stop()
    await any.stop()
  })

  const probe = async (target: string) => {
    const { out, status } = await run('probe', target, '--json', '--timeout', '500')
    return { report: Report.parse(JSON.parse(out)), status }
  }

  test('a target that knows no other is silent to version 2c and read in version 1', async () => {
    const deaf = await probe(`snmp://public@127.0.0.1:${old.port}`)
    expect(deaf).toMatchObject({ status: 1, report: { errors: [{ point: null, code: 'driver/timeout' }] } })
    const { report, status } = await probe(`snmpv1://public@127.0.0.1:${old.port}`)
    expect(status).toBe(0)
    expect(report.target).toBe(`snmpv1://127.0.0.1:${old.port}`)
    expect(report.interfaces).toContainEqual(expect.objectContaining({ name: 'lo', operUp: true }))
    expect(report.errors).toEqual([])
  })

  test('the same is found as in version 2c', async () => {
    const [one, two] = await Promise.all([
      probe(`snmpv1://public@127.0.0.1:${any.port}`),
      probe(`snmp://public@127.0.0.1:${any.port}`),
    ])
    expect(one.report.identity).toEqual(two.report.identity)
    expect(one.report.interfaces).toEqual(two.report.interfaces)
    const ids = ({ report }: typeof one) => report.points.map((it) => `${it.id} ${it.unit}`).sort()
    expect(ids(one)).toEqual(ids(two))
    expect(ids(one).length).toBeGreaterThan(5)
  })

  test.each([
    ['v1', () => old.port],
    ['v2c', () => any.port],
  ])('discovery finds that %s is the version to speak', async (version, port) => {
    const { out } = await run(
      ...['discover', '127.0.0.1', '--json', '--community', 'public', '--data', '/nowhere/agent'],
      ...['--port', `snmp:${port()}`],
    )
    const { devices } = Found.parse(JSON.parse(out))
    expect(devices[0]?.connections[0]?.version).toBe(version)
  })
})
