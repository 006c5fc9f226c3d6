import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, send } from './wire-agent.ts'

const minuteMs = 60_000
const now = Date.now()
const dayAgo = now - 86_400_000
let hub: StartedHub

/** A building with eight cameras behind one switch, and one that has nothing to do with it. */
beforeAll(async () => {
  hub = await startHub({ now: () => now })
  const cams = Array.from({ length: 8 }, (_, i) => `cam-${i}`)
  const site = (id: string, customer: string) => ({
    id,
    name: id,
    customer,
    systems: [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }],
    devices: [
      { id: 'edge', kind: 'switch', address: '10.0.0.2' },
      ...cams.map((cam) => ({
        id: cam,
        kind: 'camera',
        address: '10.0.0.3',
        needs: [['edge']],
        serves: [{ function: 'cctv/view' }],
      })),
    ],
  })
  const document = {
    customers: ['acme', 'other'].map((id) => ({ id, name: id })),
    sites: [site('tower', 'acme'), site('shed', 'other')],
  }
  const answer = await hub.call('POST', 'apply', document)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  for (const id of ['tower', 'shed']) await tell(id, cams)
})
afterAll(() => hub.stop())

/**
 * One camera fails for an hour; the switch fails, and one camera takes a minute and a half longer than it to come back; one
 * is under maintenance when it fails.
 */
async function tell(id: string, cams: readonly string[]): Promise<void> {
  const told = (device: string, minutes: number, state: 'up' | 'down') => ({
    type: 'state',
    at: dayAgo + minutes * minuteMs,
    device,
    state,
    reason: { zh: '见', en: 'seen' },
  })
  const all = ['edge', ...cams]
  await hub.call('POST', `sites/${id}/maintenance`, {
    devices: ['cam-5'],
    from: new Date(dayAgo + 300 * minuteMs).toISOString(),
    to: new Date(dayAgo + 400 * minuteMs).toISOString(),
    reason: 'cleaning',
  })
  const agent = await enrolledAgent(hub, id)
  const records = [
    ...all.map((it) => told(it, 0, 'up')),
    told('cam-3', 60, 'down'),
    told('cam-3', 120, 'up'),
    ...all.map((it) => told(it, 200, 'down')),
    ...all.filter((it) => it !== 'cam-1').map((it) => told(it, 230, 'up')),
    told('cam-1', 231.5, 'up'),
    told('cam-5', 310, 'down'),
    told('cam-5', 320, 'up'),
  ]
  await send(hub, agent, records, { sentAt: now })
}

function whatIf(rules: string, ...more: string[]): { out: string; error: string; status: number | null } {
  const file = join(hub.dataDir, 'rules.yaml')
  writeFileSync(file, rules)
  const command = join(import.meta.dirname, '..', '..', 'steward.js')
  const flags = ['--disable-warning=ExperimentalWarning', command, 'whatif']
  const run = spawnSync(process.execPath, [...flags, '--rules', file, '--data', hub.dataDir, ...more], {
    encoding: 'utf8',
  })
  return { out: run.stdout, error: run.stderr.trim(), status: run.status }
}

const faultsOf = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((it) => JSON.parse(it))

const time = (minutes: number) => new Date(dayAgo + minutes * minuteMs).toISOString()

test('the same rules make no difference', () => {
  const { out, error, status } = whatIf('fleet: { returnMs: 120000 }', '--json')
  expect([error, status]).toEqual(['', 0])
  const [{ summary } = {}] = faultsOf(out)
  const counts = { L1: 1, L2: 0, L3: 1, L4: 0 }
  expect(summary).toEqual(['shed', 'tower'].map((site) => ({ site, before: counts, after: counts })))
})

test('a fault more where devices have less time, and another level where less paralyses, for the site that is named', () => {
  const rules = `
sites:
  tower:
    returnMs: 60000
    functions:
      - { systemKind: cctv, paralysedBelow: 0.9 }
`
  const { out, error, status } = whatIf(rules, '--json')
  expect([error, status]).toEqual(['', 0])
  const faults = faultsOf(out)
  expect(faults.slice(0, -1)).toEqual([
    {
      change: 'changed',
      site: 'tower',
      cause: 'cam-3',
      kind: 'down',
      openedAt: time(60),
      closedAt: time(120),
      level: { before: 'L3', after: 'L1' },
    },
    {
      change: 'added',
      site: 'tower',
      cause: 'cam-1',
      kind: 'down',
      openedAt: time(231),
      closedAt: time(231.5),
      level: { before: null, after: 'L1' },
    },
  ])
  expect(faults.at(-1)?.summary).toContainEqual({
    site: 'tower',
    before: { L1: 1, L2: 0, L3: 1, L4: 0 },
    after: { L1: 3, L2: 0, L3: 0, L4: 0 },
  })
  const words = whatIf(rules).out
  expect(words).toContain('tower: 1 added, 0 removed, 1 changed in level')
  expect(words).toMatch(/~ L3 → L1 {2}cam-3 {2}down/)
  expect(words).toMatch(/\+ -- → L1 {2}cam-1 {2}down/)
  expect(words).toMatch(/all sites .*2 → 4 .*0 → 0 .*2 → 1/)
  expect(words).not.toContain('shed:')
})

test('faults are gone where nothing is essential to begin with, and a span leaves out what is not in it', () => {
  const rules = 'customers: { other: { functions: [{ function: view, essential: false }] } }'
  const [removed, ...rest] = faultsOf(whatIf(rules, '--json').out)
  expect(removed).toMatchObject({ site: 'shed', cause: 'edge', level: { before: 'L1', after: 'L3' } })
  expect(rest).toHaveLength(1)
  const later = whatIf(rules, '--json', '--from', time(240))
  expect(faultsOf(later.out)).toHaveLength(1)
})

test('a rule that fits nothing is named, for it is most often misspelt', () => {
  const weights = '[{ deviceKind: camera, function: cctv/view, weight: 2 }, { device: cam-99, weight: 2 }]'
  const { error, status } = whatIf(`fleet: { functions: [{ system: ctv, essential: false }], weights: ${weights} }`)
  expect(status).toBe(0)
  expect(error.split('\n').map((it) => it.replace(/^.*: /, ''))).toEqual([
    'fleet.functions.0 fits nothing at any site.',
    'fleet.weights.1 fits nothing at any site.',
  ])
})

test.each([
  [
    'fleet: { returnMs: soon }',
    'rules.yaml line 1, field fleet.returnMs: Invalid input: expected number, received string',
  ],
  ['fleet: { retrunMs: 1 }', 'rules.yaml line 1, field fleet: Unrecognized key: "retrunMs"'],
  ['fleet: {', 'rules.yaml line 1: '],
  ['sites: { attic: {} }', 'The rules, field sites: there is no "attic" at this hub.'],
  ['fleet: { functions: [{ system: cctv }] }', 'fleet.functions.0: changes nothing: state essential or paralysedBelow'],
])('rules that are no good, %j, are one line and exit status 2', (rules, message) => {
  const { out, error, status } = whatIf(rules)
  expect([out, status]).toEqual(['', 2])
  expect(error).toContain(message)
  expect(error.split('\n')).toHaveLength(1)
})
