/** Searches under way: each a stream from its site's agent into the database. */
import type { DiscoveryFailure } from '@steward/shared/api'
import type { FoundDevice } from '@steward/shared/discovery'
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { DiscoveryRequest } from '@steward/shared/model'
import type { DiscoveryLine } from '@steward/shared/wire'
import type { Inventory, InventoryTables } from '../inventory/index.ts'
import type { Platform } from '../platform.ts'
import type { DiscoveryTables } from './schema.ts'
import { type Db, endAllSearches, endSearch, keepFound, maxFound, putSearch } from './store.ts'

export type DiscoveryOptions = {
  platform: Platform
  inventory: Inventory
  /** throws `fleet/agent-away` while the site's agent is not connected */
  search(site: string, request: DiscoveryRequest, signal: AbortSignal): Promise<AsyncIterable<DiscoveryLine>>
  /** where the agent of a site may dial, as it told */
  networksOf(site: string): Promise<string[]>
}

export type Discoveries = {
  db: Db
  options: DiscoveryOptions
  /** Resolves when the agent has begun. Throws `input/conflict` while one runs at the site, or what the agent says against it. */
  start(site: string, request: DiscoveryRequest, by: string): Promise<void>
  /** False where none runs. */
  cancel(site: string): Promise<boolean>
  stop(): Promise<void>
}

/** `ended` never rejects. */
type Running = { stopped: AbortController; ended: Promise<void> }

/** Written at most so often: a busy search tells some hundred lines a second. */
const writeEveryMs = 500
const longestMs = 12 * 3_600_000

/** Starts the room; what a hub before left running has failed. */
export async function createDiscoveries(options: DiscoveryOptions): Promise<Discoveries> {
  const { platform } = options
  const db: Db = platform.db.withTables<DiscoveryTables & InventoryTables>()
  await endAllSearches(db, platform.now())
  const running = new Map<string, Running>()
  const unsubscribe = platform.events.on('site-removed', ({ site }) => running.get(site)?.stopped.abort())
  return {
    db,
    options,
    async start(site, request, by) {
      if (running.has(site)) throw new StewardError('input/conflict', 'A search runs at this site; cancel it first.')
      const stopped = new AbortController()
      const begun = begin({ db, options }, { site, request, by, stopped: stopped.signal })
      const ended = begun
        .then((it) => it.ended)
        // What was begun and cannot be kept is not searched for.
        .catch(() => stopped.abort())
        .finally(() => running.delete(site))
      running.set(site, { stopped, ended })
      await begun
    },
    async cancel(site) {
      const it = running.get(site)
      it?.stopped.abort()
      await it?.ended
      return it !== undefined
    },
    async stop() {
      unsubscribe()
      for (const it of running.values()) it.stopped.abort()
      await Promise.all([...running.values()].map((it) => it.ended))
    },
  }
}

type Room = Pick<Discoveries, 'db' | 'options'>
type Begun = { site: string; request: DiscoveryRequest; by: string; stopped: AbortSignal }

/** The agent's refusal is the caller's; what happens later is the search's. */
async function begin(room: Room, it: Begun): Promise<{ ended: Promise<void> }> {
  const { db, options } = room
  const { site, request, by, stopped } = it
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(longestMs)])
  const lines = await options.search(site, request, signal)
  const startedAt = options.platform.now()
  await putSearch(db, { site, network: request.network, startedAt, startedBy: by })
  return { ended: follow(room, site, lines, stopped) }
}

/** Never rejects. */
async function follow(room: Room, site: string, lines: AsyncIterable<DiscoveryLine>, stopped: AbortSignal) {
  const { db, options } = room
  const { now, log } = options.platform
  const keeper = createKeeper(room, site)
  const end = async (state: 'done' | 'cancelled' | 'failed', why: DiscoveryFailure | null) => {
    await keeper.write()
    await endSearch(db, site, { state, at: now(), why })
  }
  try {
    let isWhole = false
    for await (const line of lines) {
      if (line.type === 'end') isWhole = true
      else await keeper.take(line)
    }
    await (isWhole ? end('done', null) : end('failed', 'agent-away'))
  } catch (error) {
    const why = isStewardError(error, 'fleet/agent-away') ? 'agent-away' : 'broken'
    if (!stopped.aborted) log.warn({ err: error, site }, 'a search ended early')
    await (stopped.aborted ? end('cancelled', null) : end('failed', why)).catch((again: unknown) =>
      log.error({ err: again, site }, 'the end of a search could not be noted'),
    )
  }
}

/** Gathers what comes and writes it now and then. */
function createKeeper({ db, options }: Room, site: string) {
  const addresses = new Set<string>()
  const waiting = new Map<string, FoundDevice>()
  let progress = { asked: 0, toAsk: 0 }
  let writtenAt = 0
  const write = async (): Promise<void> => {
    writtenAt = options.platform.now()
    const found = [...waiting.values()]
    waiting.clear()
    await keepFound(db, site, progress, found)
  }
  return {
    write,
    async take(line: Exclude<DiscoveryLine, { type: 'end' }>): Promise<void> {
      if (line.type === 'progress') progress = { asked: line.asked, toAsk: line.toAsk }
      else if (addresses.has(line.device.address) || addresses.size < maxFound) {
        addresses.add(line.device.address)
        waiting.set(line.device.address, line.device)
      }
      if (options.platform.now() - writtenAt >= writeEveryMs) await write()
    },
  }
}
