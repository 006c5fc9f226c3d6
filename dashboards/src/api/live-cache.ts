/** Puts live events into the query cache. Bursts are gathered, so that a whole site going down draws once and not 5,000 times. */
import type { DeviceSummary, Fault, LiveEvent, PointNow, SiteSummary } from '@steward/shared/api'
import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query'
import type { FaultFilter } from './faults.ts'
import { type Pages, withAgent, withFault, withListedFault, withReading, withStates } from './live-patch.ts'

type EventOf<Type extends LiveEvent['type']> = Extract<LiveEvent, { type: Type }>

const gatherMs = 150
/** Figures that the hub counts (sites, capabilities) are asked for again, at most this often. */
const recountMs = 1500

export function createLiveCache(client: QueryClient) {
  let gathered: LiveEvent[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const recounts = createRecounts(client)

  const flush = (): void => {
    timer = undefined
    const events = gathered
    gathered = []
    takeStates(
      client,
      events.filter((it) => it.type === 'device'),
    )
    for (const event of events) takeOne(client, event)
    for (const key of events.flatMap(countedBy)) recounts.ask(key)
  }
  return {
    take: (event: LiveEvent): void => {
      gathered.push(event)
      timer ??= setTimeout(flush, gatherMs)
    },
    stop: (): void => {
      clearTimeout(timer)
      recounts.stop()
    },
  }
}

function takeStates(client: QueryClient, events: readonly EventOf<'device'>[]): void {
  for (const [site, ofSite] of Map.groupBy(events, (it) => it.site)) {
    client.setQueryData<Pages<DeviceSummary>>(['devices', site], (data) => data && withStates(data, ofSite))
  }
}

function takeOne(client: QueryClient, event: LiveEvent): void {
  switch (event.type) {
    case 'fault':
      takeFault(client, event.fault)
      return
    case 'reading':
      client.setQueryData<PointNow[]>(
        ['points', `${event.site}:${event.device}`],
        (points) => points && withReading(points, event),
      )
      return
    case 'agent':
      client.setQueryData<SiteSummary[]>(['sites'], (sites) => sites && withAgent(sites, event))
      return
    default:
  }
}

function takeFault(client: QueryClient, fault: Fault): void {
  client.setQueryData<Pages<DeviceSummary>>(['devices', fault.site], (data) => data && withFault(data, fault))
  for (const query of client.getQueryCache().findAll({ queryKey: ['faults'] })) {
    const filter = filterOf(query.queryKey)
    client.setQueryData<Pages<Fault>>(query.queryKey, (data) => data && withListedFault(data, fault, filter))
  }
}

function filterOf(key: QueryKey): FaultFilter {
  const filter: Partial<FaultFilter> = typeof key[1] === 'object' && key[1] !== null ? key[1] : {}
  return { state: 'open', ...filter }
}

/** What the hub must be asked again after an event. */
function countedBy(event: LiveEvent): QueryKey[] {
  switch (event.type) {
    case 'fault': {
      const devices = [event.fault.device, ...event.fault.affected].filter((it) => it !== null)
      return [
        ['sites'],
        ['site', event.fault.site],
        ['fault', event.fault.id],
        ...devices.map((it) => ['device', `${event.fault.site}:${it}`]),
      ]
    }
    case 'device':
      return [['sites'], ['site', event.site], ['device', `${event.site}:${event.device}`]]
    case 'agent':
      return [['agents'], ['site', event.site]]
    case 'enrolment':
      return [['enrolments'], ['enrolment', event.id], ['agents'], ['sites']]
    case 'config':
      return [
        ['sites'],
        ['site', event.site],
        ['devices', event.site],
        ['topology', event.site],
        ['links', event.site],
        ['device'],
        ['maintenance', event.site],
      ]
    case 'topology':
      return [['links', event.site]]
    case 'silences':
      return [['silences'], ['faults'], ['fault']]
    case 'reading':
      return []
  }
}

/** Asks at once, then holds back: the first change shows without delay, a storm costs one question each `recountMs`. */
function createRecounts(client: QueryClient) {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>()
  const again = new Map<string, QueryKey>()
  const ask = (key: QueryKey): void => {
    const name = hashKey(key)
    if (waiting.has(name)) {
      again.set(name, key)
      return
    }
    void client.invalidateQueries({ queryKey: key }, { cancelRefetch: false })
    const timer = setTimeout(() => {
      waiting.delete(name)
      const next = again.get(name)
      again.delete(name)
      if (next !== undefined) ask(next)
    }, recountMs)
    waiting.set(name, timer)
  }
  return {
    ask,
    stop: (): void => {
      for (const timer of waiting.values()) clearTimeout(timer)
    },
  }
}
