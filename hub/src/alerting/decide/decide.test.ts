import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { Alert, FaultNow, Page, Told } from './state.ts'

const site = { id: 'tower-a', name: 'Tower A', timezone: 'Asia/Shanghai' }

function fault(id: string, over: Partial<FaultNow> = {}): FaultNow {
  return {
    id,
    device: { id, name: id },
    level: 'L3',
    kind: 'down',
    reason: { zh: '', en: '' },
    openedAt: 1000,
    closedAt: null,
    affected: [],
    incident: null,
    maintenance: false,
    silenced: false,
    closedInSilence: false,
    ...over,
  }
}

/** A hub's memory of one site: applies each decision, and says what it sent as `event subject level`. */
function desk() {
  const told = new Map<string, Told>()
  const pages = new Map<string, Page>()
  const sent: Alert[] = []
  let now = 1000
  let pageCount = 0
  return {
    sent,
    see(...faults: FaultNow[]): string[] {
      now += 1000
      const decision = decide({
        site,
        faults: faults.filter((it) => told.get(it.id)?.done !== true),
        told: [...told.values()].filter((it) => !it.done),
        pages: [...pages.values()].filter((it) => !it.closed),
        now,
        newPageId: () => `p${++pageCount}`,
      })
      for (const it of decision.told) told.set(it.fault, it)
      for (const it of decision.pages) pages.set(it.id, it)
      sent.push(...decision.alerts)
      return decision.alerts.map((it) => `${it.facts.event} ${it.subject} ${it.facts.level}`)
    },
  }
}

describe('one fault', () => {
  test('is told when it opens, when it rises and when it closes, once each', () => {
    const { see } = desk()
    expect(see(fault('a'))).toEqual(['opened fault:a L3'])
    expect(see(fault('a'))).toEqual([])
    expect(see(fault('a', { level: 'L2' }))).toEqual(['raised fault:a L2'])
    expect(see(fault('a', { level: 'L2' }))).toEqual([])
    expect(see(fault('a', { level: 'L2', closedAt: 9000 }))).toEqual(['closed fault:a L2'])
    expect(see(fault('a', { level: 'L2', closedAt: 9000 }))).toEqual([])
  })

  test('that falls and rises to what people know is not told again', () => {
    const { see } = desk()
    see(fault('a', { level: 'L2' }))
    expect(see(fault('a', { level: 'L4' }))).toEqual([])
    expect(see(fault('a', { level: 'L2' }))).toEqual([])
  })

  test('that opened and closed unseen is told as both', () => {
    const { see } = desk()
    expect(see(fault('a', { closedAt: 2000 }))).toEqual(['opened fault:a L3', 'closed fault:a L3'])
    expect(see(fault('a', { closedAt: 2000 }))).toEqual([])
  })

  test('says from which level it rose', () => {
    const { see, sent } = desk()
    see(fault('a', { level: 'L4' }))
    see(fault('a', { level: 'L2' }))
    expect(sent.at(-1)?.facts).toMatchObject({ event: 'raised', previousLevel: 'L4', level: 'L2' })
  })
})

describe('maintenance', () => {
  test('nobody is told of what opens, rises or closes under it', () => {
    const { see } = desk()
    expect(see(fault('a', { maintenance: true }))).toEqual([])
    expect(see(fault('a', { maintenance: true, level: 'L1', incident: 'a' }))).toEqual([])
    expect(see(fault('a', { maintenance: true, closedAt: 5000 }))).toEqual([])
    expect(see(fault('a', { closedAt: 5000 }))).toEqual([])
  })

  test('what still holds at its end is told then', () => {
    const { see } = desk()
    see(fault('a'))
    expect(see(fault('a', { level: 'L2', maintenance: true }))).toEqual([])
    expect(see(fault('a', { level: 'L2' }))).toEqual(['raised fault:a L2'])
  })
})

describe('incidents at L1', () => {
  const l1 = (id: string, incident: string, over: Partial<FaultNow> = {}) =>
    fault(id, { level: 'L1', incident, ...over })

  test('one page, not forty-eight; one closing, when the last of them ends', () => {
    const { see, sent } = desk()
    const many = Array.from({ length: 48 }, (_, index) => `cam-${String(index).padStart(2, '0')}`)
    expect(see(...many.map((it) => l1(it, 'cam-00')))).toEqual(['opened page:p1 L1'])
    expect(sent[0]?.facts).toMatchObject({ deviceCount: 48 })
    expect(sent[0]?.facts.devices).toHaveLength(10)
    const [last, ...others] = many
    const closing = others.map((it) => l1(it, 'cam-00', { closedAt: 8000 }))
    expect(see(l1(last ?? '', 'cam-00'), ...closing)).toEqual([])
    expect(see(l1(last ?? '', 'cam-00', { closedAt: 9000 }), ...closing)).toEqual(['closed page:p1 L1'])
    expect(sent.at(-1)?.facts).toMatchObject({ deviceCount: 48, closedAt: 9000 })
  })

  test('the second of a redundant pair: one page for both, the first is not told as raised', () => {
    const { see, sent } = desk()
    expect(see(fault('core-1', { level: 'L2' }))).toEqual(['opened fault:core-1 L2'])
    const both = [l1('core-1', 'core-1'), l1('core-2', 'core-1', { openedAt: 2000, affected: ['cam-1', 'core-1'] })]
    expect(see(...both)).toEqual(['opened page:p1 L1'])
    expect(sent.at(-1)?.facts).toMatchObject({ fault: 'core-1', openedAt: 2000, deviceCount: 2, affected: 1 })
    const healed = l1('core-2', 'core-1', { closedAt: 4000 })
    expect(see(fault('core-1', { level: 'L2' }), healed)).toEqual(['closed page:p1 L1'])
    expect(sent.at(-1)?.facts.stillOpen).toEqual([{ id: 'core-1', name: 'core-1', level: 'L2' }])
    expect(see(fault('core-1', { level: 'L2', closedAt: 6000 }), healed)).toEqual(['closed fault:core-1 L2'])
    expect(sent.at(-1)?.toldBy).toEqual(['fault:core-1', 'page:p1'])
  })

  test('both events apart: whichever comes first pages, the other joins', () => {
    for (const order of [0, 1]) {
      const { see } = desk()
      see(fault('core-1', { level: 'L2' }))
      const raised = l1('core-1', 'core-1')
      const opened = l1('core-2', 'core-1')
      const first = order === 0 ? [raised] : [fault('core-1', { level: 'L2' }), opened]
      expect(see(...first)).toEqual([`${order === 0 ? 'raised' : 'opened'} page:p1 L1`])
      expect(see(raised, opened)).toEqual([])
    }
  })

  test('two that merge do not page again and close once; whoever was told of either hears the end', () => {
    const { see, sent } = desk()
    see(l1('a', 'a'))
    see(l1('a', 'a'), l1('b', 'b', { openedAt: 2000 }))
    expect(see(l1('a', 'a'), l1('b', 'a'), l1('c', 'a'))).toEqual([])
    expect(see(...['a', 'b', 'c'].map((it) => l1(it, 'a', { closedAt: 9000 })))).toEqual(['closed page:p1 L1'])
    expect(sent.at(-1)?.toldBy).toEqual(['page:p1', 'page:p2'])
  })

  test('one that splits does not page again', () => {
    const { see } = desk()
    see(l1('a', 'a'), l1('b', 'a'), l1('c', 'a'))
    expect(see(l1('b', 'b'), l1('c', 'c'), l1('a', 'a', { closedAt: 5000 }))).toEqual([])
  })

  test('one that is over and comes back is paged again', () => {
    const { see } = desk()
    see(l1('a', 'a'))
    expect(see(fault('a', { level: 'L2' }))).toEqual(['closed page:p1 L1'])
    expect(see(l1('a', 'a'))).toEqual(['opened page:p2 L1'])
  })

  test('two systems at once are two pages', () => {
    const { see } = desk()
    expect(see(l1('a', 'a'), l1('b', 'b'))).toEqual(['opened page:p1 L1', 'opened page:p2 L1'])
  })
})

describe('silenced', () => {
  const silenced = { silenced: true }

  test('it opens unheard, and is told once when the silence ends', () => {
    const { see } = desk()
    expect(see(fault('a', silenced))).toEqual([])
    expect(see(fault('a', { ...silenced, level: 'L2' }))).toEqual([])
    expect(see(fault('a', { level: 'L2' }))).toEqual(['opened fault:a L2'])
    expect(see(fault('a', { level: 'L2' }))).toEqual([])
  })

  test('what opened and closed within it is told to nobody, however late the hub looks', () => {
    const { see } = desk()
    see(fault('a', silenced))
    expect(see(fault('a', { closedAt: 5000, closedInSilence: true }))).toEqual([])
    expect(see(fault('b', { closedAt: 5000, closedInSilence: true }))).toEqual([])
    expect(see(fault('c', { level: 'L1', closedAt: 5000, closedInSilence: true }))).toEqual([])
  })

  test('who was told of it is told of its end when the silence is over', () => {
    const { see } = desk()
    see(fault('a'))
    const closed = { closedAt: 5000, closedInSilence: true }
    expect(see(fault('a', { ...silenced, ...closed }))).toEqual([])
    expect(see(fault('a', closed))).toEqual(['closed fault:a L3'])
    expect(see(fault('a', closed))).toEqual([])
  })

  test('a page waits until one fault of its incident is heard, and names all of them', () => {
    const { see, sent } = desk()
    const l1 = { level: 'L1', incident: 'a' } as const
    expect(see(fault('a', { ...l1, ...silenced }), fault('b', { ...l1, ...silenced }))).toEqual([])
    expect(see(fault('a', { ...l1, ...silenced }), fault('b', l1))).toEqual(['opened page:p1 L1'])
    expect(sent[0]?.facts.devices.map((it) => it.id)).toEqual(['a', 'b'])
    expect(see(fault('a', l1), fault('b', l1))).toEqual([])
  })

  test('the end of a page waits, and a return until then is the same page', () => {
    const { see } = desk()
    const l1 = { level: 'L1', incident: 'a' } as const
    expect(see(fault('a', l1))).toEqual(['opened page:p1 L1'])
    expect(see(fault('a', { ...silenced, level: 'L3' }))).toEqual([])
    expect(see(fault('a', { ...silenced, ...l1 }))).toEqual([])
    expect(see(fault('a', { ...silenced, level: 'L3' }))).toEqual([])
    expect(see(fault('a', { level: 'L3' }))).toEqual(['closed page:p1 L1'])
  })
})
