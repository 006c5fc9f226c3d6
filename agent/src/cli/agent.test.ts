import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeAgentKey, openVault, writeAgentFile } from '../vault/index.ts'
import { launcher } from './systemd-unit.ts'

const program = join(import.meta.dirname, '..', '..', '..', 'steward.js')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Said = { status: number | null; out: string; err: string }

async function steward(args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Said> {
  const child = spawn(process.execPath, [program, 'agent', ...args], {
    env: { ...process.env, INIT_CWD: folder, LC_ALL: 'C', STEWARD_AGENT_DATA: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [out, err, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ])
  return { status, out, err }
}

const lines = (it: string) => it.trim().split('\n').length

/** As after an enrolment and a first configuration. */
function enrolled(): void {
  writeAgentFile(folder, {
    version: 1,
    agentId: 'tower-a-1',
    name: 'A',
    site: { id: 'tower-a', name: 'Tower A', timezone: 'Asia/Shanghai' },
    hub: { url: 'https://localhost:1', key: 'A'.repeat(43), ca: null },
    privateKey: makeAgentKey(),
    allow: ['192.168.1.0/24'],
    allowLoopback: false,
    enrolledAt: 1000,
  })
  const devices = [
    { id: 'cam-07', address: '192.168.1.7', connections: [{ driver: 'onvif' }] },
    { id: 'edge-3', address: '192.168.1.3', connections: [{ driver: 'snmp', version: 'v2c' }] },
    { id: 'core-1', address: '192.168.1.1', connections: [{ driver: 'snmp', version: 'v3', user: 'ro' }] },
  ]
  const config = { revision: 'r1', site: { id: 'tower-a', name: 'Tower A' }, settings: {}, systems: [], devices }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
}

describe('misuse is one clear line and status 2', () => {
  test.each([
    [['run', '--bogus'], /unknown option '--bogus'/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['enrol'], /missing required argument 'token'/],
    [['enrol', 'x', '--allow', 'my-lan'], /Write a network as 192\.168\.1\.0\/24/],
    [['run', '--data', '.'], /holds no enrolment; make a token at the hub/],
    [['status', '--data', '.'], /holds no enrolment/],
    [['grant', '--device', 'cam-07'], /Name the device, its port and for how long/],
    [['grant', '--port', '0'], /A port is a number from 1 to 65535/],
    [['grant', '--minutes', '99999'], /Minutes are a number up to 10080/],
    [['grant', 'end'], /Name one grant, or --all/],
    [['secret', 'set', 'CAM 07'], /A device is named as the hub names it/],
  ])('%j', async (args, expected) => {
    const said = await steward(args)
    expect(said.err).toMatch(expected)
    expect(said).toMatchObject({ status: 2, out: '' })
    expect(lines(said.err)).toBe(1)
  })

  test('a token that is none, and a folder that cannot be written, are failures with one line', async () => {
    const bad = await steward(['enrol', 'steward-enrol-cut', '--data', '.'])
    expect(bad).toMatchObject({ status: 1, out: '' })
    expect(bad.err).toMatch(/no enrolment token, or a part of it is missing/)
    writeFileSync(join(folder, 'file'), '')
    const unwritable = await steward(['enrol', 'steward-enrol-cut', '--data', 'file/agent'])
    expect(unwritable.status).toBe(1)
    expect(unwritable.err).toMatch(/The data folder .* cannot be written/)
    expect(lines(unwritable.err)).toBe(1)
  })

  test('a folder that is enrolled is not enrolled again by mistake', async () => {
    enrolled()
    const said = await steward(['enrol', 'steward-enrol-cut', '--data', '.'])
    expect(said.status).toBe(2)
    expect(said.err).toMatch(/is enrolled already, as tower-a-1 .* use --replace/)
  })

  test('the terminal’s language is the person’s', async () => {
    const said = await steward(['enrol', 'x', '--data', '.'], '', { LC_ALL: 'zh_CN.UTF-8' })
    expect(said.err).toMatch(/注册令牌无效/)
  })
})

describe('secrets', () => {
  test('one line for each value that the device needs', async () => {
    enrolled()
    const pairs = [
      ['cam-07', 'service\nhidden word\n', { user: 'service', password: 'hidden word' }],
      ['edge-3', 'hidden-ro', { community: 'hidden-ro' }],
      ['core-1', 'hidden auth\nhidden priv', { authPassphrase: 'hidden auth', privPassphrase: 'hidden priv' }],
    ] as const
    const addresses: Record<string, string> = {
      'cam-07': '192.168.1.7',
      'edge-3': '192.168.1.3',
      'core-1': '192.168.1.1',
    }
    for (const [device, input, secret] of pairs) {
      const said = await steward(['secret', 'set', device, '--stdin', '--data', '.'], input)
      expect(said.status, said.err).toBe(0)
      expect(said.out).toContain('counts from the next start')
      expect(openVault(folder).secretOf(device, addresses[device] ?? '')).toEqual({ state: 'set', secret })
    }
    const listed = await steward(['secret', 'list', '--data', '.'])
    expect(listed.out).toMatch(/cam-07 +192\.168\.1\.7 .* user password/)
    const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile())
    for (const it of all) expect(readFileSync(join(it.parentPath, it.name), 'utf8')).not.toContain('hidden')
    expect(await steward(['secret', 'remove', 'cam-07', 'cam-99', '--data', '.'])).toMatchObject({ status: 2 })
    expect(openVault(folder).secretOf('cam-07', '192.168.1.7')).toEqual({ state: 'none' })
  })

  test('wrong input changes nothing and is not repeated', async () => {
    enrolled()
    for (const input of ['only one hidden line', '{"password":1,"x":"hidden"}', '{ hidden', '']) {
      const said = await steward(['secret', 'set', 'cam-07', '--stdin', '--data', '.'], input)
      expect(said.status).toBe(2)
      expect(said.err).not.toContain('hidden')
    }
    const unknown = await steward(['secret', 'set', 'cam-99', '--stdin', '--data', '.'], '{"password":"x"}')
    expect(unknown.err).toMatch(/has no device "cam-99" .*cam-07.* add --address/)
    const list = JSON.stringify([
      { device: 'cam-07', password: 'hidden' },
      { device: 'cam-99', password: 'hidden' },
    ])
    expect(await steward(['secret', 'import', '-', '--data', '.'], list)).toMatchObject({ status: 2 })
    expect(openVault(folder).list()).toEqual([])
  })
})

test('grants are given, listed and ended, and written down', async () => {
  enrolled()
  const to = ['--device', 'cam-07', '--port', '80', '--minutes', '30', '--by', '李工', '--data', '.']
  const given = await steward(['grant', ...to])
  const id = /Grant ([a-z2-9]{8}): cam-07 \(192\.168\.1\.7\) port 80 until/.exec(given.out)?.[1] ?? ''
  expect(given.out).toContain('No agent is running here')
  expect((await steward(['grants', '--data', '.'])).out).toMatch(
    new RegExp(`${id} +cam-07 +192\\.168\\.1\\.7 +80 .* 李工`),
  )
  expect(await steward(['grant', 'end', 'aaaaaaaa', '--data', '.'])).toMatchObject({ status: 2 })
  expect(await steward(['grant', 'end', id, '--data', '.'])).toMatchObject({ status: 0, out: `Ended: ${id}.\n` })
  expect((await steward(['grants', '--data', '.'])).out).toContain('No grants')
  const log = readFileSync(join(folder, 'audit.log'), 'utf8')
  expect(log).toMatch(/"action":"grant\/given".*"who":"李工"/)
  expect(log).toContain('"action":"grant/ended"')
})

describe('the service', () => {
  test('a dry run shows what would be done and changes nothing', async () => {
    const said = await steward(['install-service', '--dry-run'])
    expect(said.status).toBe(0)
    for (const word of ['ProtectSystem=strict', 'NoNewPrivileges=yes', 'Restart=always', 'RestrictAddressFamilies=']) {
      expect(said.out).toContain(word)
    }
    expect(said.out).toContain('STEWARD_AGENT_DATA')
    expect(launcher()).toMatch(/^#!\/bin\/sh\n/)
  })
})
