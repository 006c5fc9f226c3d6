import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StartedHub, startHub } from './started-hub.ts'

const steward = join(import.meta.dirname, '..', '..', 'steward.js')

let hub: StartedHub
let folder: string

beforeAll(async () => {
  hub = await startHub()
  folder = mkdtempSync(join(tmpdir(), 'steward-apply-'))
  writeFileSync(join(folder, 'ca.pem'), hub.ca)
  writeFileSync(join(folder, 'key'), `${hub.apiKey}\n`)
})
afterAll(async () => {
  await hub.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Told = { code: number; out: string[]; err: string }

/** `steward apply` on a document, as a person runs it in the folder of the document. */
async function apply(yaml: string, args: string[] = [], env: Record<string, string> = {}): Promise<Told> {
  writeFileSync(join(folder, 'building.yaml'), yaml)
  const environment = { ...process.env, INIT_CWD: folder, NODE_NO_WARNINGS: '1', STEWARD_API_KEY: hub.apiKey, ...env }
  const given = ['apply', 'building.yaml', '--url', hub.url, '--ca', 'ca.pem', ...args]
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [steward, ...given], { env: environment })
    return { code: 0, out: stdout.trimEnd().split('\n'), err: stderr }
  } catch (error) {
    const it = error as { code: number; stdout: string; stderr: string }
    return { code: it.code, out: it.stdout.trimEnd().split('\n'), err: it.stderr }
  }
}

const building = `
customers:
  - { id: acme, name: Acme }
sites:
  - id: tower-a
    name: Tower A
    customer: acme
    systems: [{ id: cctv, functions: [{ id: view }] }]
    devices:
      - &camera { id: cam-1, address: 192.0.2.7, connections: [{ driver: onvif }], serves: [{ function: cctv/view }] }
      - { <<: *camera, id: cam-2, address: 192.0.2.8 }
`

test('shows every difference by line, makes it so, and then has nothing to do', { timeout: 90_000 }, async () => {
  const dry = await apply(building, ['--dry-run', '--key-file', 'key'], { STEWARD_API_KEY: '' })
  expect(dry).toEqual({
    code: 0,
    err: '',
    out: [
      '+ customer acme',
      '+ site tower-a',
      '+ device cam-1',
      '+ device cam-2',
      '4 to create, 0 to change, 0 unchanged; nothing was written (--dry-run).',
    ],
  })
  expect((await hub.call('GET', 'sites/tower-a')).status).toBe(404)
  expect((await apply(building)).out.at(-1)).toBe('4 created, 0 changed, 0 unchanged.')
  expect((await apply(building)).out).toEqual(['0 created, 0 changed, 4 unchanged.'])
  const changed = await apply(building.replace('192.0.2.8', '192.0.2.9').replace('Tower A', 'Tower B'), ['--dry-run'])
  expect(changed.out).toEqual([
    '~ site tower-a',
    '    name: "Tower A" → "Tower B"',
    '~ device cam-2',
    '    address: "192.0.2.8" → "192.0.2.9"',
    '0 to create, 2 to change, 2 unchanged; nothing was written (--dry-run).',
  ])
})

test('says in one line what is wrong, and where', { timeout: 90_000 }, async () => {
  const cases: [() => Promise<Told>, number, RegExp][] = [
    [() => apply('sites:\n  - id: [x\n'), 2, /building\.yaml, line \d+: /],
    [() => apply('sites: [{ id: x, name: X }]'), 2, /building\.yaml: sites\.0\.customer: /],
    [() => apply(building.replace('cctv/view', 'cctv/look')), 2, /^device cam-1: serves "cctv\/look"/],
    [() => apply(building, ['--ca', 'none.pem']), 2, /none\.pem given with --ca cannot be read \(ENOENT\)/],
    [() => apply(building, [], { STEWARD_API_KEY: '' }), 1, /^No API key: set STEWARD_API_KEY/],
    [() => apply(building, [], { STEWARD_API_KEY: 'stw_wrong' }), 1, /^Sign in, or send a valid API key/],
    [
      () => apply(building, ['--url', 'https://localhost:1']),
      1,
      /^https:\/\/localhost:1 cannot be reached: ECONNREFUSED/,
    ],
    [() => apply(building, ['--dry']), 2, /unknown option '--dry'/],
  ]
  for (const [run, code, line] of cases) {
    const told = await run()
    expect(told).toMatchObject({ code, err: expect.stringMatching(line) })
    expect(told.err).not.toMatch(/\n\s+at /)
  }
})

test('a hub whose certificate is not known is not talked to', { timeout: 30_000 }, async () => {
  const other = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
  writeFileSync(join(folder, 'other.pem'), other)
  const told = await apply(building, ['--ca', 'other.pem'])
  expect(told).toMatchObject({ code: 1, err: expect.stringMatching(/^https:.* cannot be reached: /) })
  expect(told.err).not.toMatch(/\n\s+at /)
})
