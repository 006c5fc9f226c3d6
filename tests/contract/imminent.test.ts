import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../until.ts'
import { type PolledBuilding, pollBuilding } from './polled-building.ts'

let site: PolledBuilding
const patience = { withinMs: 30_000, everyMs: 50 }

beforeAll(async () => {
  site = await pollBuilding(113)
  await until('the UPS to be read', () => site.of('samples').some((it) => it.device === 'ups-1'), patience)
})
afterAll(() => site.close())

const events = () => site.of('fault').flatMap((it) => (it.event.cause === 'ups-1' ? [it.event] : []))

test('a UPS on battery is an end in sight, also over a restart of the agent, until its mains is back', async () => {
  expect(events()).toEqual([])
  site.building.break('ups-1', 'mains')
  await until('the fault', () => events().length > 0, patience)
  expect(events()).toMatchObject([{ event: 'opened', kind: 'imminent', affected: [] }])
  expect(events()[0]?.reason.en).toMatch(/UPS on battery, 4\d min left/)
  expect(events()[0]?.reason.zh).toContain('UPS 正在用电池供电')

  const read = () => site.of('samples').filter((it) => it.device === 'ups-1').length
  const before = read()
  await site.restart()
  await until('readings after the restart', () => read() > before + 1, patience)
  expect(events()).toHaveLength(1)

  site.building.heal('ups-1')
  await until('its end', () => events().length > 1, patience)
  expect(events().map((it) => `${it.event} ${it.kind}`)).toEqual(['opened imminent', 'closed imminent'])
  expect(new Set(events().map((it) => it.fault)).size).toBe(1)
}, 60_000)
