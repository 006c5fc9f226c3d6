import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDiagnosis, DiagnosisInput, type FaultEvent, SiteModel } from '@steward/shared/diagnosis'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { scenarios } from '../requirements.ts'

type OpenFaults = Record<string, [kind: string, level: string, affected: string[], functions: Record<string, number>]>

const Expected = z.array(
  z.tuple([
    z.string(),
    z.record(z.string(), z.tuple([z.string(), z.string(), z.array(z.string()), z.record(z.string(), z.number())])),
  ]),
)
const Line = z.looseObject({ at: z.string() })

const folder = scenarios('diagnosis')
const names = folder === null ? [] : readdirSync(folder).sort((a, b) => Number(a) - Number(b))

function replay(path: string): FaultEvent[] {
  const diagnosis = createDiagnosis(SiteModel.parse(parse(readFileSync(join(path, 'site.yaml'), 'utf8'))))
  const instants = new Map<number, DiagnosisInput[]>()
  for (const line of readFileSync(join(path, 'events.jsonl'), 'utf8').trim().split('\n')) {
    const raw: unknown = JSON.parse(line)
    const at = Date.parse(Line.parse(raw).at)
    instants.set(at, [...(instants.get(at) ?? []), DiagnosisInput.parse(raw)])
  }
  return [...instants].flatMap(([at, inputs]) => diagnosis.step(at, inputs))
}

/** The open faults at a time, built from the events alone, as a hub would. */
function openAt(events: readonly FaultEvent[], at: number): OpenFaults {
  const open: OpenFaults = {}
  for (const it of events.filter((event) => event.at <= at)) {
    if (it.event === 'closed') delete open[it.cause]
    else open[it.cause] = [it.kind, it.level, it.affected, it.functions]
  }
  return open
}

describe('worked examples beside the checkout', () => {
  test.skipIf(folder === null)('there are some [scenarios]', () => {
    expect(names.length).toBeGreaterThan(0)
  })

  test.each(names)('%s: the open faults after each instant are those expected [scenarios]', (name) => {
    const path = join(folder ?? '', name)
    const expected = Expected.parse(JSON.parse(readFileSync(join(path, 'expected.json'), 'utf8')))
    const events = replay(path)
    const times = new Set([...expected.map(([at]) => Date.parse(at)), ...events.map((it) => it.at)])
    for (const at of [...times].sort((a, b) => a - b)) {
      const [, open] = expected.findLast(([since]) => Date.parse(since) <= at) ?? ['', {}]
      expect(openAt(events, at), new Date(at).toISOString()).toEqual(open)
    }
  })
})
