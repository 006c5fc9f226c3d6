import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diagnoseCommand } from './diagnose.ts'

const site = `# a small site
systems:
  - id: cctv
    functions:
      - { id: view, essential: true, paralysedBelow: 0.5 }
devices:
  - id: edge
  - id: cam-1
    needs: [[edge]]
    serves: [{ function: cctv/view }]
  - id: cam-2
    needs: [[edge]]
    serves: [{ function: cctv/view, weight: 2 }]
`

const line = (seconds: number, rest: object) =>
  JSON.stringify({ at: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString(), ...rest })

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-diagnose-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

type Run = { out: string; warnings: string; error: string; exitCode: number }

async function diagnose(siteText: string, events: string[], ...more: string[]): Promise<Run> {
  const run: Run = { out: '', warnings: '', error: '', exitCode: 0 }
  writeFileSync(join(folder, 'site.yaml'), siteText)
  writeFileSync(join(folder, 'events.jsonl'), events.join('\n'))
  const command = diagnoseCommand(folder, {
    out: (text) => {
      run.out += text
    },
    warn: (text) => {
      run.warnings += text
    },
  })
  command.exitOverride().configureOutput({
    writeErr: (text) => {
      run.error += text
    },
  })
  const files = ['--site', 'site.yaml', '--events', 'events.jsonl']
  try {
    await command.parseAsync([...files, ...more], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    run.exitCode = error.exitCode
  }
  return run
}

const outputOf = ({ out }: Run): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((it) => JSON.parse(it))

describe('steward diagnose', () => {
  test('prints the faults of a day, one JSON object a line', async () => {
    const run = await diagnose(site, [
      line(5, { device: 'cam-1', state: 'down' }),
      '',
      line(70, { device: 'edge', maintenance: true }),
      line(80, { device: 'cam-2', imminent: 'ups-on-battery', value: true }),
      line(90, { device: 'cam-1', state: 'up' }),
    ])
    expect(run).toMatchObject({ error: '', warnings: '', exitCode: 0 })
    const [opened, imminent] = outputOf(run)
    expect(Object.keys(opened ?? {})).toEqual([
      'at',
      'fault',
      'event',
      'cause',
      'kind',
      'level',
      'affected',
      'functions',
      'incident',
      'reason',
    ])
    expect(opened).toMatchObject({
      at: '2026-01-01T00:00:05.000Z',
      fault: 'cam-1@20260101T000005.000Z',
      event: 'opened',
      functions: { 'cctv/view': 0.666667 },
      incident: null,
      reason: { zh: expect.stringMatching(/^cam-1 已中断。/), en: expect.stringMatching(/^cam-1 is down\./) },
    })
    expect(imminent).toMatchObject({ cause: 'cam-2', kind: 'imminent', level: 'L2' })
    expect(outputOf(run).map((it) => it.event)).toEqual(['opened', 'opened', 'closed', 'changed'])
  })

  test('puts out what falls due by time alone up to and with --until, or else the last event', async () => {
    const events = [
      line(0, { device: 'edge', state: 'down' }),
      line(0, { device: 'cam-1', state: 'down' }),
      line(100, { device: 'edge', state: 'up' }),
    ]
    expect(outputOf(await diagnose(site, events))).toHaveLength(2)
    const late = await diagnose(site, events, '--until', '2026-01-01T00:03:39.999Z')
    expect(outputOf(late)).toHaveLength(2)
    const due = outputOf(await diagnose(site, events, '--until', '2026-01-01T00:03:40Z'))
    expect(due.at(-1)).toMatchObject({ at: '2026-01-01T00:03:40.000Z', event: 'opened', cause: 'cam-1' })
    const early = await diagnose(site, events, '--until', '2026-01-01T00:00:50Z')
    expect(outputOf(early)).toHaveLength(1)
  })

  test('gives the same bytes at every run, whatever the order of what came at one instant', async () => {
    const events = ['edge', 'cam-1', 'cam-2'].map((device) => line(0, { device, state: 'down' }))
    const first = await diagnose(site, events)
    expect((await diagnose(site, events)).out).toBe(first.out)
    expect((await diagnose(site, [...events].reverse())).out).toBe(first.out)
  })

  test('no events are no faults', async () => {
    expect(await diagnose(site, [])).toMatchObject({ out: '', error: '', exitCode: 0 })
  })

  test.each([
    [
      'a field',
      'needs: [[edge]]',
      'needs: [[egde]]',
      'site.yaml line 9, field devices[1].needs[0][0]: there is no device "egde"',
    ],
    [
      'itself',
      'needs: [[edge]]',
      'needs: [[cam-1]]',
      'site.yaml line 9, field devices[1].needs[0][0]: "cam-1" needs itself',
    ],
    [
      'nothing',
      'needs: [[edge]]',
      'needs: [[edge], []]',
      'site.yaml line 9, field devices[1].needs[1]: an empty requirement',
    ],
    [
      'a function',
      'function: cctv/view }',
      'function: cctv/look }',
      'site.yaml line 10, field devices[1].serves[0].function: no system has',
    ],
    [
      'a limit',
      ', paralysedBelow: 0.5',
      '',
      'site.yaml line 5, field systems[0].functions[0].paralysedBelow: an essential function must',
    ],
    [
      'a type',
      'weight: 2',
      'weight: heavy',
      'site.yaml line 13, field devices[2].serves[0].weight: Invalid input: expected number',
    ],
    ['YAML', 'devices:', 'devices: [', 'site.yaml line 7: '],
  ])('a site whose mistake is %s is one line and exit status 2', async (_, from, to, message) => {
    const run = await diagnose(site.replace(from, to), [])
    expect(run).toMatchObject({ out: '', exitCode: 2, error: expect.stringContaining(message) })
    expect(run.error.trim().split('\n')).toHaveLength(1)
  })

  const good = line(10, { device: 'edge', state: 'down' })
  test.each([
    ['no JSON', 'what', 'events.jsonl line 2: not a JSON object'],
    [
      'an unknown device',
      line(11, { device: 'nobody', state: 'up' }),
      'line 2, field device: there is no device "nobody"',
    ],
    [
      'an unknown state',
      line(11, { device: 'edge', state: 'gone' }),
      'line 2, field state: Invalid option: expected one of "down"|"up"',
    ],
    [
      'a local time',
      '{"at":"2026-01-01T00:00:11","device":"edge","state":"up"}',
      'line 2, field at: write an ISO 8601 time in UTC',
    ],
    ['an earlier time', line(9, { device: 'edge', state: 'up' }), 'line 2, field at: earlier than the line before'],
    ['nothing said', line(11, { device: 'edge' }), 'line 2: holds neither state, maintenance nor imminent'],
    [
      'two things',
      line(11, { device: 'edge', state: 'up', maintenance: true }),
      'line 2, field maintenance: write it in a line of its own',
    ],
    [
      'no value',
      line(11, { device: 'edge', imminent: 'ups-on-battery' }),
      'line 2, field value: Invalid input: expected boolean',
    ],
    [
      'the opposite',
      line(10, { device: 'edge', state: 'up' }),
      'line 2, field state: "edge" is said to be otherwise at the same time',
    ],
  ])('events with %s are one line and exit status 2', async (_, second, message) => {
    const run = await diagnose(site, [good, second])
    expect(run).toMatchObject({ out: '', exitCode: 2, error: expect.stringContaining(message) })
    expect(run.error.trim().split('\n')).toHaveLength(1)
  })

  test('different marks of one device at one time are different things', async () => {
    const marks = ['a', 'b'].map((imminent, i) => line(0, { device: 'edge', imminent, value: i === 0 }))
    expect((await diagnose(site, marks)).exitCode).toBe(0)
  })

  test('files that are not there, missing options and a bad time are named', async () => {
    expect((await diagnose(site, [], '--events', 'none.jsonl')).error).toContain('none.jsonl: no such file')
    expect((await diagnose(site, [], '--until', 'noon')).error).toContain('--until noon: write an ISO 8601 time')
    const none = diagnoseCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
    await expect(none.parseAsync([], { from: 'user' })).rejects.toMatchObject({ exitCode: 2 })
  })

  test('a field that is not known is left out with a warning', async () => {
    const run = await diagnose(site.replace('needs: [[edge]]', 'need: [[edge]]'), [])
    expect(run.exitCode).toBe(0)
    expect(run.warnings).toBe('site.yaml line 9, field devices[1].need: not known here, left out\n')
  })
})
