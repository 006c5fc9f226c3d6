/** Hands what changes to everybody who looks on and may see it. */
import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { covers, type Scope } from '../access/index.ts'
import type { InventoryTables } from '../inventory/index.ts'
import type { Platform } from '../platform.ts'
import { createRing } from './ring.ts'
import { listen, type SiteEvent } from './shape.ts'

/** An event as it goes out: its text once for all, and whose it is. */
type Published = { site: string; customer: string; type: string; text: string }

export type Filter = { site?: string | undefined; types?: readonly string[] | undefined }

/** Somebody who looks on. `scope` is asked at every event, since it may change meanwhile. */
export type Viewer = { filter: Filter; scope(): Scope; send(id: string, text: string): void }

export type Live = {
  platform: Platform
  /** Sends what came after the event of that id, then all that comes; false where some of it is gone. */
  join(viewer: Viewer, lastId: string | null): { complete: boolean; leave(): void }
  viewers(): number
  stop(): void
}

/** A few minutes of a busy hub, and some seconds of readings. */
const kept = { lasting: 2000, passing: 500 }

export function createLive(platform: Platform): Live {
  const { events, log } = platform
  const ring = createRing<Published>({ ...kept, isPassing: (it) => it.type === 'reading' })
  const viewers = new Set<Viewer>()
  const customers = createCustomers(platform.db.withTables<InventoryTables>())
  /** Numbers begin anew at every start; this tells one start's from another's. */
  const start = randomBytes(6).toString('hex')
  const idOf = (number: number): string => `${start}-${number}`

  const publish = ({ site, event }: SiteEvent, customer: string): void => {
    const published = { site, customer, type: event.type, text: JSON.stringify(event) }
    const id = idOf(ring.add(published))
    for (const viewer of viewers) if (isFor(viewer, published)) viewer.send(id, published.text)
  }

  const stopListening = listen(events, (it) => {
    // A site that changes hands is no longer shown to whom it belonged.
    if (it.event.type === 'config') customers.forget(it.site)
    const customer = customers.known(it.site)
    if (customer !== undefined) return publish(it, customer)
    customers
      .of(it.site)
      .then((found) => {
        if (found !== undefined) publish(it, found)
      })
      .catch((error: unknown) => log.error({ err: error }, 'a live event could not be shown'))
  })

  return {
    platform,
    join(viewer, lastId) {
      const [from, number] = (lastId ?? '').split('-')
      const missed = lastId === null ? [] : from === start ? ring.after(Number(number)) : null
      for (const { number: each, item } of missed ?? []) {
        if (isFor(viewer, item)) viewer.send(idOf(each), item.text)
      }
      viewers.add(viewer)
      return { complete: missed !== null, leave: () => void viewers.delete(viewer) }
    },
    viewers: () => viewers.size,
    stop: stopListening,
  }
}

function isFor(viewer: Viewer, { site, customer, type }: Published): boolean {
  const { filter } = viewer
  if (filter.site !== undefined && filter.site !== site) return false
  if (filter.types !== undefined && !filter.types.includes(type)) return false
  return covers(viewer.scope(), customer)
}

/** Whose a site is, kept until it changes. */
function createCustomers(db: Kysely<InventoryTables>) {
  const known = new Map<string, string>()
  return {
    known: (site: string) => known.get(site),
    forget: (site: string) => void known.delete(site),
    async of(site: string): Promise<string | undefined> {
      const row = await db.selectFrom('sites').select('customer').where('id', '=', site).executeTakeFirst()
      if (row !== undefined) known.set(site, row.customer)
      return row?.customer
    },
  }
}
