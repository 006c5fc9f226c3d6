/** What a target is, from no more than its sysObjectID and sysDescr: many vendors, each recorded in one line. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, loadProfiles, openSession, type Reading } from '@steward/agent/drivers'
import { SnmpConnection } from '@steward/shared/model'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findProgram, recordings } from '../requirements.ts'
import { isSame } from './snmp-score.ts'
import { startSnmpsim } from './snmpsim.ts'

const Line = z.object({
  id: z.string(),
  sysObjectID: z.string().nullable(),
  sysDescr: z.string().nullable(),
  type: z.string().nullable(),
  hardware: z.string().nullable(),
  version: z.string().nullable(),
})
type Line = z.infer<typeof Line>

const folder = recordings('snmp') ?? ''
const canRun = folder !== '' && findProgram('snmpsimd') !== null
const askedAtOnce = 8

/** What is reached; these only ever rise. Targets with a bare net-snmp agent name no vendor. */
const least = { vendor: 0.94, model: 0.86, firmware: 0.95, kind: 0.92 }
type Field = keyof typeof least
const fields: Field[] = ['vendor', 'model', 'firmware', 'kind']

/** The recordings name rough classes; these are the kinds that they may be. */
const kindsOf: Record<string, readonly string[]> = {
  camera: ['camera'],
  environment: ['controller', 'chiller', 'air-handler', 'other'],
  firewall: ['firewall'],
  network: ['switch', 'router', 'access-point', 'firewall'],
  power: ['ups', 'meter', 'controller', 'other'],
  printer: ['printer'],
  server: ['server'],
  storage: ['server'],
  wireless: ['access-point', 'router'],
}

function writeRecordings(lines: readonly Line[]): string {
  const written = mkdtempSync(join(tmpdir(), 'steward-identify-'))
  chmodSync(written, 0o755)
  for (const { id, sysObjectID, sysDescr } of lines) {
    const rows = [`1.3.6.1.2.1.1.1.0|4x|${Buffer.from(sysDescr ?? '').toString('hex')}`]
    if (/^\d+(?:\.\d+)+$/.test(sysObjectID ?? '')) rows.push(`1.3.6.1.2.1.1.2.0|6|${sysObjectID}`)
    writeFileSync(join(written, `${id}.snmprec`), `${rows.join('\n')}\n`, { mode: 0o644 })
  }
  return written
}

describe.skipIf(!canRun)('recorded identities of SNMP targets [recordings]', () => {
  const lines = canRun
    ? readFileSync(join(folder, 'identify.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((it) => Line.parse(JSON.parse(it)))
    : []
  const drivers = createDrivers({
    snmp: loadProfiles(join(import.meta.dirname, '..', '..', 'agent', 'profiles')).profiles,
  })
  const score = Object.fromEntries(fields.map((it) => [it, { right: 0, wanted: 0 }]))
  let written = ''
  let simulator: Awaited<ReturnType<typeof startSnmpsim>>
  beforeAll(async () => {
    written = writeRecordings(lines)
    simulator = await startSnmpsim(written)
  })
  afterAll(async () => {
    drivers.snmp.close()
    await simulator?.stop()
    rmSync(written, { recursive: true, force: true })
  })

  const read = async ({ id }: Line): Promise<Reading> => {
    const connection = SnmpConnection.parse({ driver: 'snmp', port: simulator.port })
    const target = { device: 'recorded', address: '127.0.0.1', connection, secret: { community: id } }
    const session = openSession(drivers, target)
    const reading = await session.poll({ timeoutMs: 10_000, signal: new AbortController().signal })
    session.close()
    return reading
  }

  const count = (field: Field, isRight: boolean): void => {
    const counted = score[field]
    if (counted === undefined) return
    counted.wanted += 1
    if (isRight) counted.right += 1
  }

  const judge = (line: Line, { identity = {}, findings }: Reading): void => {
    const told = line.sysDescr ?? ''
    const isTold = (text: string | null): text is string =>
      text !== null && text.length <= told.length && isSame(told, text)
    count('vendor', identity.vendor !== undefined)
    if (isTold(line.hardware)) count('model', isSame(line.hardware, identity.model))
    if (isTold(line.version)) count('firmware', isSame(line.version, identity.firmware))
    const kinds = kindsOf[line.type ?? '']
    if (kinds !== undefined) count('kind', kinds.includes(findings?.kind ?? ''))
  }

  test('all are read', { timeout: 180_000 }, async () => {
    const left = [...lines]
    const work = async (): Promise<void> => {
      for (let line = left.shift(); line !== undefined; line = left.shift()) judge(line, await read(line))
    }
    await Promise.all(Array.from({ length: askedAtOnce }, work))
    expect(lines.length).toBeGreaterThan(0)
  })

  test.each(fields)('enough of %s is right', (field) => {
    const { right, wanted } = score[field] ?? { right: 0, wanted: 0 }
    expect(wanted).toBeGreaterThan(0)
    expect(right / wanted).toBeGreaterThanOrEqual(least[field])
  })
})
