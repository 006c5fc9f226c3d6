import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { restoreBackup, takeFromRunningHub, verifyBackup } from '@steward/hub/backup'
import { PointList, Series, SiteList } from '@steward/shared/api'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, send, type WireAgent } from './wire-agent.ts'

const steward = join(import.meta.dirname, '..', '..', 'steward.js')

/** Runs the command line as a person does. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [steward, ...args], {
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    })
    return { code: 0, out: stdout, err: stderr }
  } catch (error) {
    const it = error as { code: number; stdout: string; stderr: string }
    return { code: it.code, out: it.stdout, err: it.stderr }
  }
}

let hub: StartedHub
let agent: WireAgent
let folder: string
let written = 0

/** One more value, the first of them two days ago, so that some lie in sealed files. */
async function writeValues(count: number): Promise<void> {
  const from = Date.now() - 2 * 86_400_000
  const records = Array.from({ length: count }, (_, i) => ({
    type: 'samples',
    at: from + (written + i) * 1000,
    device: 'cam-1',
    values: { load: written + i },
  }))
  await send(hub, agent, records)
  written += count
}

beforeAll(async () => {
  hub = await startHub()
  const devices = [{ id: 'cam-1', address: '192.0.2.7' }]
  await hub.call('POST', 'apply', {
    customers: [{ id: 'north', name: 'North' }],
    sites: [{ id: 'north-1', name: 'One', customer: 'north', devices }],
  })
  agent = await enrolledAgent(hub, 'north-1')
  await send(hub, agent, [
    {
      type: 'points',
      at: Date.now(),
      device: 'cam-1',
      points: [{ id: 'load', class: 'load', name: 'Load', unit: '%' }],
    },
  ])
  await writeValues(100)
})
afterAll(() => hub.stop())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-backup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function fromRunningHub(): Promise<string> {
  const file = join(folder, 'hub.tar.gz')
  const stream = await takeFromRunningHub(hub.dataDir)
  if (stream === null) throw new Error('no hub answers')
  await pipeline(stream, createWriteStream(file))
  return file
}

async function countOf(it: StartedHub): Promise<number> {
  const now = Date.now()
  const [from, to] = [now - 3 * 86_400_000, now].map((at) => new Date(at).toISOString())
  const answer = await it.call('GET', `devices/cam-1/series?point=load&from=${from}&to=${to}&buckets=1`)
  return Series.parse(answer.body).buckets.reduce((sum, bucket) => sum + bucket.count, 0)
}

test('a backup taken while values come in is whole, and a hub made of it is the same hub', {
  timeout: 60_000,
}, async () => {
  const file = join(folder, 'hub.tar.gz')
  let writing = true
  const writer = (async () => {
    while (writing) await writeValues(10)
  })()
  const before = written
  const { code, out, err } = await run('hub', 'backup', file, '--data', hub.dataDir)
  writing = false
  await writer
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/1 sites, 1 devices, .* read back and is whole/)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['hub.tar.gz'])
  expect(readdirSync(hub.dataDir).filter((it) => it.startsWith('.'))).toEqual([])

  const dataDir = join(folder, 'restored')
  const restored = await run('hub', 'restore', file, '--data', dataDir)
  expect(restored).toMatchObject({ code: 0, err: '' })
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(readFileSync(join(dataDir, 'ca.pem'), 'utf8')).toBe(hub.ca)
  const url = hub.url
  await hub.restart({ dataDir })
  expect(hub.url).toBe(url)
  const sites = SiteList.parse((await hub.call('GET', 'sites')).body)
  expect(sites.items.map((it) => it.id)).toEqual(['north-1'])
  expect(PointList.parse((await hub.call('GET', 'devices/cam-1/points')).body).items).toHaveLength(1)
  const count = await countOf(hub)
  expect(count).toBeGreaterThanOrEqual(before)
  // The agent goes on with the hub that it knows: its key, its certificate, its numbers.
  written = count
  await writeValues(5)
  expect(await countOf(hub)).toBe(count + 5)
  await hub.restart()
})

test('a folder at rest is backed up too', { timeout: 60_000 }, async () => {
  await restoreBackup(await fromRunningHub(), join(folder, 'rest'))
  const { code, out } = await run('hub', 'backup', join(folder, 'again.tar.gz'), '--data', join(folder, 'rest'))
  expect(code).toBe(0)
  expect(out).toContain('1 sites')
})

test('a backup that was cut, changed or is none is told from a whole one, and leaves nothing behind', async () => {
  const file = await fromRunningHub()
  expect(await verifyBackup(file)).toMatchObject({ sites: 1, devices: 1 })
  const whole = readFileSync(file)
  const middle = Buffer.from(whole)
  const half = Math.floor(whole.length / 2)
  middle.writeUInt8((middle.at(half) ?? 0) ^ 255, half)
  const broken: Record<string, Buffer> = {
    cut: whole.subarray(0, whole.length - 1000),
    changed: middle,
    none: Buffer.from('not a backup'),
    noise: gzipSync(randomBytes(100_000)),
    empty: Buffer.alloc(0),
  }
  for (const [name, content] of Object.entries(broken)) {
    const bad = join(folder, name)
    writeFileSync(bad, content)
    const target = join(folder, `${name}-data`)
    for (const work of [() => verifyBackup(bad), () => restoreBackup(bad, target)]) {
      await expect(work(), name).rejects.toMatchObject({
        code: 'input/invalid',
        message: expect.stringMatching(/^\S+ is no backup /),
      })
    }
    expect(readdirSync(target)).toEqual([])
  }
  await expect(verifyBackup(join(folder, 'nothing'))).rejects.toThrow(/^There is no file/)
  expect(readdirSync(folder).filter((it) => it.startsWith('.'))).toEqual([])
})

test('an archive that reaches out of its folder, or holds links, is refused', async () => {
  const [inside, file] = [join(folder, 'inside'), join(folder, 'evil.tar.gz')]
  mkdirSync(inside)
  writeFileSync(join(folder, 'outside'), 'x')
  symlinkSync('/etc/passwd', join(inside, 'link'))
  for (const [cwd, path] of [
    [inside, 'link'],
    [inside, '../outside'],
  ] as const) {
    await promisify(execFile)('tar', ['-czPf', file, '-C', cwd, path])
    await expect(verifyBackup(file)).rejects.toThrow(/has no place in one/)
  }
})

test('a folder that holds something is not restored over', async () => {
  await expect(restoreBackup(join(folder, 'any'), hub.dataDir)).rejects.toMatchObject({
    code: 'input/conflict',
    message: expect.stringMatching(/^The folder \S+ is not empty/),
  })
  expect((await hub.call('GET', 'sites')).status).toBe(200)
})

test('what cannot be is one clear line', { timeout: 90_000 }, async () => {
  const nobody = join(folder, 'nobody')
  mkdirSync(nobody)
  const damaged = join(folder, 'damaged')
  mkdirSync(damaged)
  writeFileSync(join(damaged, 'hub.sqlite'), randomBytes(5000))
  const lines: [string[], number, RegExp][] = [
    [['backup', join(folder, 'x.tar.gz'), '--data', nobody], 2, /^There is no hub in \S+; name its data folder/],
    [['backup', join(folder, 'no', 'x'), '--data', hub.dataDir], 1, /^The backup \S+ could not be written \(ENOENT\)/],
    [['start', '--data', hub.dataDir], 1, /^A hub is running on the data folder/],
    [['start', '--data', '/proc/nowhere'], 1, /^The data folder \/proc\/nowhere cannot be made or written/],
    [['start', '--data', nobody, '--port', String(new URL(hub.url).port)], 1, /^Port \d+ on :: is in use/],
    [['start', '--data', damaged], 1, /^The database \S+hub\.sqlite cannot be brought to this version/],
    [['start', '--prot', '1'], 2, /unknown option '--prot'/],
    [['start', '--cert', 'x.pem'], 2, /^Give both --cert and --key/],
  ]
  for (const [args, code, line] of lines) {
    const told = await run('hub', ...args)
    expect({ args, ...told }).toMatchObject({ args, code, err: expect.stringMatching(line) })
    expect(told.err).not.toMatch(/\n\s+at /)
  }
  expect(existsSync(join(folder, 'x.tar.gz'))).toBe(false)
})
