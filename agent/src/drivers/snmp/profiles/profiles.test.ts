import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadProfiles, writeProfileHeads } from './load.ts'
import { matchLength, selectProfiles } from './select.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-profiles-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

const traits = (sysObjectId: string, sysDescr = '', ...answering: string[]) => ({
  sysObjectId,
  sysDescr,
  answers: (root: string) => answering.includes(root),
})

describe('loading', () => {
  test('with their heads apart profiles are the same, and what was changed or added since is read', () => {
    const profile = (vendor: string, oid: string) =>
      JSON.stringify({ sysobjectid: oid, device: { vendor }, metrics: [{ symbol: { OID: `${oid}.1.0`, name: 'a' } }] })
    write('acme/switch.json', profile('Acme', '1.3.6.1.4.1.99999.1'))
    write('acme/ups.json', JSON.stringify({ extends: ['switch'], sysdescr: 'UPS', detect: ['1.3.6.1.2.1.33'] }))
    const before = loadProfiles(folder)
    writeProfileHeads(folder)
    const after = loadProfiles(folder)
    expect(after.problems).toEqual([])
    expect(after.profiles.map((it) => ({ ...it }))).toEqual(before.profiles)

    write('acme/switch.json', profile('Acme Networks', '1.3.6.1.4.1.99999.2'))
    write('acme/door.json', profile('Acme', '1.3.6.1.4.1.99999.3'))
    rmSync(join(folder, 'acme/ups.json'))
    const { profiles } = loadProfiles(folder)
    expect(profiles.map((it) => [it.name, ...it.sysObjectIds])).toEqual([
      ['acme/door', '1.3.6.1.4.1.99999.3'],
      ['acme/switch', '1.3.6.1.4.1.99999.2'],
    ])
    expect(profiles.at(-1)?.identity.vendor?.[0]?.value).toBe('Acme Networks')
  })

  test('a profile whose file has gone since says which', () => {
    write('acme/switch.json', JSON.stringify({ sysobjectid: '1.3.6.1.4.1.99999.1' }))
    writeProfileHeads(folder)
    const [profile] = loadProfiles(folder).profiles
    rmSync(join(folder, 'acme/switch.json'))
    expect(() => profile?.scalars).toThrow('acme/switch')
  })

  test('the profiles that come with the agent are all right', () => {
    const { profiles, problems } = loadProfiles(join(import.meta.dirname, '../../../../profiles'))
    expect(problems).toEqual([])
    expect(profiles.map((it) => it.name)).toContain('standard/if')
  })

  test('a profile in Datadog’s shape loads as it is', () => {
    write('_base.yaml', 'metadata:\n  device:\n    fields:\n      vendor:\n        value: base\n')
    write(
      'acme/switch.yaml',
      `
extends: [_base.yaml]
sysobjectid: 1.3.6.1.4.1.99999.1.*
metadata:
  device:
    fields:
      serial_number: { symbol: { OID: 1.3.6.1.4.1.99999.2.1.0, name: serial } }
      version:
        symbol: { OID: 1.3.6.1.2.1.1.1.0, name: sysDescr, match_pattern: 'Version (\\S+)', match_value: '$1' }
metric_tags:
  - { OID: 1.3.6.1.2.1.1.5.0, symbol: sysName, tag: snmp_host }
metrics:
  - MIB: ACME-MIB
    symbol: { OID: 1.3.6.1.4.1.99999.2.2.0, name: acmeTemperature, extract_value: '(\\d+)C', scale_factor: 0.1 }
  - MIB: ACME-MIB
    metric_type: monotonic_count
    table: { OID: 1.3.6.1.4.1.99999.3, name: acmePortTable }
    symbols:
      - { OID: 1.3.6.1.4.1.99999.3.1.2, name: acmePortPackets }
      - { name: acmePort, constant_value_one: true }
    metric_tags:
      - { tag: port, MIB: IF-MIB, column: { OID: 1.3.6.1.2.1.31.1.1.1.1, name: ifName }, table: ifXTable }
      - { tag: unit, index: 2, mapping: { 1: left } }
`,
    )
    const { profiles, problems } = loadProfiles(folder)
    expect(problems).toEqual([])
    const acme = profiles.find((it) => it.name === 'acme/switch')
    expect(acme?.identity.vendor?.map((it) => it.value)).toEqual(['base'])
    expect(acme?.identity.firmware?.[0]?.template).toBe('$1')
    expect(acme?.scalars).toMatchObject([{ id: 'acmeTemperature', scale: 0.1, rate: 'by-type' }])
    expect(acme?.tables).toMatchObject([
      {
        symbols: [{ id: 'acmePortPackets.{index}', rate: 'yes' }],
        names: [{ column: '1.3.6.1.2.1.31.1.1.1.1' }, { indexPart: 2 }],
      },
    ])
  })

  test('a wrong file loses itself and says what is wrong; a ring of parents ends', () => {
    write('good/one.yaml', 'metrics: []\n')
    write('bad/shape.yaml', 'sysobjectid: not-an-oid\n')
    write('bad/pattern.yaml', 'sysdescr: "("\n')
    write('bad/yaml.yaml', 'metrics: [\n')
    write('ring/a.yaml', 'extends: [b]\n')
    write('ring/b.yaml', 'extends: [a]\n')
    const { profiles, problems } = loadProfiles(folder)
    expect(profiles.map((it) => it.name).sort()).toEqual(['good/one', 'ring/a', 'ring/b'])
    expect(problems.map((it) => it.file)).toEqual(
      expect.arrayContaining(['bad/shape.yaml', 'bad/pattern.yaml', 'bad/yaml.yaml']),
    )
  })
})

describe('choosing', () => {
  test('of several families the most exact one', () => {
    write('acme/any.yaml', 'sysobjectid: 1.3.6.1.4.1.9.*\n')
    write('acme/exact.yaml', 'sysobjectid: 1.3.6.1.4.1.9.1.617\n')
    write('acme/by-text.yaml', 'sysobjectid: 1.3.6.1.4.1.9.*\nsysdescr: IOS-XE\n')
    const { profiles } = loadProfiles(folder)
    expect(selectProfiles(profiles, traits('1.3.6.1.4.1.9.1.617')).family?.name).toBe('acme/exact')
    expect(selectProfiles(profiles, traits('1.3.6.1.4.1.9.1.1')).family?.name).toBe('acme/any')
    expect(selectProfiles(profiles, traits('1.3.6.1.4.1.9.1.1', 'Cisco IOS-XE')).family?.name).toBe('acme/by-text')
    expect(selectProfiles(profiles, traits('1.3.6.1.4.1.10.1')).family).toBeNull()
  })

  test('layers whose tables answer, and families found by a tree that answers', () => {
    write('standard/system.yaml', 'metrics: []\n')
    write('standard/ups.yaml', 'detect: [1.3.6.1.2.1.33]\n')
    write('acme/hidden.yaml', 'detect: [1.3.6.1.4.1.4242]\n')
    const { profiles } = loadProfiles(folder)
    const plain = selectProfiles(profiles, traits('1.3.6.1.4.1.8072.3.2.10'))
    expect(plain.layers.map((it) => it.name)).toEqual(['standard/system'])
    const ups = selectProfiles(profiles, traits('1.3.6.1.4.1.8072.3.2.10', '', '1.3.6.1.2.1.33', '1.3.6.1.4.1.4242'))
    expect(ups.layers.map((it) => it.name)).toEqual(['standard/system', 'standard/ups'])
    expect(ups.family?.name).toBe('acme/hidden')
  })

  test.each([
    ['1.3.6.1.4.1.9.*', '1.3.6.1.4.1.9.1', 7],
    ['1.3.6.1.4.1.9.*', '1.3.6.1.4.1.99.1', 0],
    ['1.3.6.1.4.1.9', '1.3.6.1.4.1.9.1', 0],
    ['1.3.6.1.4.1.9', '1.3.6.1.4.1.9', 7.5],
  ])('%s fits %s by %d', (pattern, oid, length) => {
    expect(matchLength(pattern, oid)).toBe(length)
  })
})
