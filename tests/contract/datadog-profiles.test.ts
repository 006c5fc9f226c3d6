/** Profiles in Datadog's shape, read as they are: each of its constructs against a served target. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, loadProfiles, openSession, type Reading } from '@steward/agent/drivers'
import { SnmpConnection } from '@steward/shared/model'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../requirements.ts'
import { startSnmpsim } from './snmpsim.ts'

const acme = '1.3.6.1.4.1.99999'

const base = `
metrics:
  - MIB: ACME-MIB
    symbol:
      OID: ${acme}.1.1.0
      name: acmeSessions
metric_tags:
  - OID: 1.3.6.1.2.1.1.5.0
    symbol: sysName
    tag: snmp_host
`

const family = `
extends:
  - _acme-base.yaml
sysobjectid:
  - ${acme}.7.*
device:
  vendor: "acme"
metadata:
  device:
    fields:
      type:
        value: "UPS"
      model:
        symbols:
          - OID: ${acme}.1.9.0
            name: acmeEmpty
          - OID: 1.3.6.1.2.1.1.1.0
            name: sysDescr
            extract_value: 'Box (\\S+)'
      version:
        symbol:
          OID: 1.3.6.1.2.1.1.1.0
          name: sysDescr
          match_pattern: 'v(\\d+)\\.(\\d+)'
          match_value: "$1-$2"
      serial_number:
        symbol:
          OID: ${acme}.1.2.0
          name: acmeSerial
  interface:
    fields:
      alias:
        symbol:
          OID: 1.3.6.1.2.1.31.1.1.1.18
          name: ifAlias
    id_tags:
      - column:
          OID: 1.3.6.1.2.1.31.1.1.1.1
          name: ifName
        tag: interface
metrics:
  - MIB: ACME-MIB
    OID: ${acme}.1.3.0
    name: acmeShort
    forced_type: gauge
  - MIB: ACME-MIB
    symbol:
      OID: ${acme}.1.4.0
      name: acmeTemperature
      extract_value: '(\\d+)C'
      scale_factor: 0.1
    metric_type: gauge
  - MIB: ACME-MIB
    symbol:
      OID: ${acme}.1.5.0
      name: acmeFlags
    metric_type: flag_stream
    options:
      placement: 3
      metric_suffix: OnLine
  - MIB: ACME-MIB
    table:
      name: acmeFanTable
      OID: ${acme}.2.1
    symbols:
      - name: acmeFan
        constant_value_one: true
    metric_tags:
      - index: 1
        tag: fan_num
      - symbol:
          OID: ${acme}.2.1.1.2
          name: acmeFanStatus
        tag: fan_status
        mapping:
          1: active
          2: failed
  - MIB: ACME-MIB
    table:
      name:
      OID: ${acme}.3.1
    symbols:
      - OID: ${acme}.3.1.1.2
        name: cpu.usage
    metric_tags:
      - tag: cpu
        symbol:
          OID: ${acme}.4.1.1.2
          name: acmeCpuName
        index_transform:
          - start: 1
            end: 1
      - symbol:
          OID: ${acme}.3.1.1.3
          name: acmeCpuAddress
          format: ip_address
        tag: address
  - MIB: ACME-MIB
    table:
      OID: ${acme}.5.1
      name: acmeDoorTable
    symbols:
      - OID: ${acme}.5.1.1.2
        name: acmeDoorOpenings
        metric_type: gauge
    metric_tags:
      - column:
          OID: ${acme}.5.1.1.3
          name: acmeDoorName
        match: '(\\w+)-(\\w+)'
        tags:
          floor: \\1
          door: \\2
      - 'site:harbour'
`

const recording = [
  ['1.3.6.1.2.1.1.1.0', 4, 'Box AX-9 v4.17'],
  ['1.3.6.1.2.1.1.2.0', 6, `${acme}.7.3`],
  [`${acme}.1.1.0`, 66, 12],
  [`${acme}.1.2.0`, 4, 'SN-1'],
  [`${acme}.1.3.0`, 2, 5],
  [`${acme}.1.4.0`, 4, '215C'],
  [`${acme}.1.5.0`, 4, '0010'],
  [`${acme}.2.1.1.2.1`, 2, 1],
  [`${acme}.2.1.1.2.2`, 2, 2],
  [`${acme}.3.1.1.2.9.4`, 66, 35],
  [`${acme}.3.1.1.3.9.4`, '4x', '0a000007'],
  [`${acme}.4.1.1.2.4`, 4, 'routing engine'],
  [`${acme}.5.1.1.2.1`, 2, 77],
  [`${acme}.5.1.1.3.1`, 4, 'F2-lobby'],
] as const

describe.skipIf(findProgram('snmpsimd') === null)('profiles in the shape of Datadog’s', () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-datadog-'))
  let simulator: Awaited<ReturnType<typeof startSnmpsim>>
  let reading: Reading
  beforeAll(async () => {
    chmodSync(folder, 0o755)
    const [profiles, served] = [join(folder, 'profiles'), join(folder, 'served')]
    mkdirSync(profiles)
    mkdirSync(served, { mode: 0o755 })
    writeFileSync(join(profiles, '_acme-base.yaml'), base)
    writeFileSync(join(profiles, 'acme-ups.yaml'), family)
    writeFileSync(join(served, 'acme.snmprec'), recording.map((it) => `${it.join('|')}\n`).join(''), { mode: 0o644 })
    simulator = await startSnmpsim(served)
    const loaded = loadProfiles(profiles)
    expect(loaded.problems).toEqual([])
    const drivers = createDrivers({ snmp: loaded.profiles })
    const connection = SnmpConnection.parse({ driver: 'snmp', port: simulator.port })
    const target = { device: 'ups', address: '127.0.0.1', connection, secret: { community: 'acme' } }
    const session = openSession(drivers, target)
    reading = await session.poll({ timeoutMs: 5000, signal: new AbortController().signal })
    session.close()
    drivers.snmp.close()
  })
  afterAll(async () => {
    await simulator?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('say who the device is', () => {
    expect(reading.identity).toEqual({ vendor: 'acme', model: 'AX-9', serial: 'SN-1', firmware: '4-17' })
    expect(reading.findings).toMatchObject({ profile: 'acme-ups', kind: 'ups' })
  })

  test.each([
    ['a profile that is extended', 'acmeSessions', 12],
    ['a symbol in short', 'acmeShort', 5],
    ['extract_value and scale_factor', 'acmeTemperature', 21.5],
    ['flag_stream', 'acmeFlags.OnLine', 1],
    ['a state that is said by a tag', 'acmeFan.1.fan_status', 'active'],
    ['a state that is said by a tag', 'acmeFan.2.fan_status', 'failed'],
    ['a column', 'cpu.usage.9.4', 35],
    ['a column with tags by a pattern', 'acmeDoorOpenings.1', 77],
  ])('%s: %s', (_, id, value) => {
    expect(reading.values[id]).toBe(value)
  })

  test('name rows by other tables, addresses and patterns', () => {
    const instances = new Map(reading.points?.map((it) => [it.id, it.instance]))
    expect(instances.get('cpu.usage.9.4')).toBe('routing engine · 10.0.0.7')
    expect(instances.get('acmeDoorOpenings.1')).toBe('F2')
    expect(instances.get('acmeFan.2.fan_status')).toBe('2')
    expect(reading.points?.find((it) => it.id === 'cpu.usage.9.4')).toMatchObject({ class: 'load', unit: '%' })
  })
})
