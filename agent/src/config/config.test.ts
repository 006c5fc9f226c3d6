import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentConfig } from '@steward/shared/model'
import type { AgentRecord } from '@steward/shared/wire'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keepConfig, openProblems } from './index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const nothing = () => undefined
const log = { info: nothing, warn: nothing, error: nothing }

const good = {
  revision: 'r1',
  site: { id: 'tower-a', name: 'Tower A' },
  settings: { checkIntervalMs: 3000 },
  systems: [],
  devices: [{ id: 'cam-07', address: '192.168.1.7' }, { id: 'NOT RIGHT' }],
  maintenance: [],
}

function keeper() {
  const applied: AgentConfig[] = []
  const told: unknown[] = []
  const keep = keepConfig({
    dataDir: folder,
    log,
    apply: (config) => {
      applied.push(config)
      return [{ item: 'devices/NOT RIGHT', code: 'config/invalid-item', message: 'id: wrong' }]
    },
    onProblems: (problems) => void told.push(problems),
  })
  return { keep, applied, told }
}

describe('the configuration', () => {
  test('is put into force, and again after a restart with the hub away', async () => {
    const first = keeper()
    first.keep.restore()
    expect(first.applied).toEqual([])
    const receipt = await first.keep.take(good)
    expect(receipt).toMatchObject({ revision: 'r1', problems: [{ item: 'devices/NOT RIGHT' }] })
    expect(first.keep.revision()).toBe('r1')
    const second = keeper()
    second.keep.restore()
    expect(second.keep.revision()).toBe('r1')
    expect(second.applied).toEqual(first.applied)
    expect(second.applied[0]?.settings).toMatchObject({ checkIntervalMs: 3000, pollIntervalMs: 60_000 })
  })

  test('the same revision again changes nothing', async () => {
    const { keep, applied } = keeper()
    const first = await keep.take(good)
    expect(await keep.take(good)).toEqual(first)
    await keep.take({ ...good, revision: 'r2' })
    expect(applied.map((it) => it.revision)).toEqual(['r1', 'r2'])
  })

  test('a wrong window or interval is left out and named, the rest is in force', async () => {
    const { keep, applied } = keeper()
    const window = { id: 'w', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
    const { problems } = await keep.take({
      ...good,
      settings: { checkIntervalMs: 1 },
      maintenance: [window, { id: 'x' }],
    })
    expect(problems.map((it) => it.item)).toEqual(['settings', 'maintenance/1', 'devices/NOT RIGHT'])
    expect(applied[0]?.maintenance).toHaveLength(1)
    expect(applied[0]?.settings.checkIntervalMs).toBe(10_000)
  })

  test.each([null, [], 'x', {}, { ...good, revision: 7 }, { ...good, devices: 'none' }])(
    'what is none is refused and changes nothing: %j',
    async (body) => {
      const { keep, applied } = keeper()
      await keep.take(good)
      await expect(keep.take(body)).rejects.toThrow(/cannot be used/)
      expect(keep.revision()).toBe('r1')
      expect(applied).toHaveLength(1)
    },
  )

  test('a damaged file is as none', () => {
    writeFileSync(join(folder, 'config.json'), '{ broken')
    const { keep, applied } = keeper()
    keep.restore()
    expect(applied).toEqual([])
  })
})

describe('problems', () => {
  const open = (records: AgentRecord[]) =>
    openProblems({ dataDir: folder, log, now: () => 1000, record: (it) => void records.push(...it) })
  const wrong = { key: 'config/devices/cam-07', code: 'config/invalid-item', device: 'cam-07', message: 'wrong port' }

  test('are told once, and that they are over, also when they were mended while the agent was off', () => {
    const records: AgentRecord[] = []
    const before = open(records)
    before.set('config', [wrong])
    before.set('config', [wrong])
    expect(records).toMatchObject([{ key: wrong.key, over: false }])
    const after = open(records)
    expect(after.list()).toEqual([wrong])
    after.set('secret', [])
    after.set('config', [])
    expect(records).toMatchObject([{ over: false }, { key: wrong.key, device: 'cam-07', over: true }])
    expect(open([]).list()).toEqual([])
  })

  test('what others tell is listed too, and not told again', () => {
    const records: AgentRecord[] = []
    const told = { type: 'problem', at: 1, key: 'refused/cam-07', code: 'driver/refused-credentials' } as const
    const problems = open(records)
    problems.overhear([{ ...told, device: 'cam-07', message: 'refused', over: false }])
    problems.set('config', [wrong])
    expect(
      open([])
        .list()
        .map((it) => it.key),
    ).toEqual([told.key, wrong.key])
    problems.overhear([{ ...told, device: 'cam-07', message: 'mended', over: true }])
    expect(open([]).list()).toEqual([wrong])
    expect(records).toHaveLength(1)
  })

  test('one whose words change is told again', () => {
    const records: AgentRecord[] = []
    const problems = open(records)
    problems.set('config', [wrong])
    problems.set('config', [{ ...wrong, message: 'wrong address' }])
    expect(records).toHaveLength(2)
  })
})
