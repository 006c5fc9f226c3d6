import {
  AcknowledgeRequest,
  Fault,
  FaultDetail,
  FaultList,
  FaultQuery,
  PageQuery,
  SetLevelRequest,
} from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Scope } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { needSite } from '../inventory/index.ts'
import { siteServiceRoutes } from './availability-routes.ts'
import { chainsOf } from './chains.ts'
import type { Faults } from './faults.ts'
import { addToHistory, historyOf } from './history.ts'
import { setLevel } from './level-by-hand.ts'
import { affectedOf, describeFaults, listFaults, needFault } from './read.ts'
import type { FaultRow } from './rows.ts'

const ById = z.object({ id: z.string().min(1).max(200) })
const NoteRequest = z.object({ note: z.string().trim().min(1).max(2000) })

export function faultRoutes(faults: Faults): FastifyPluginAsyncZod {
  const { db, platform } = faults
  const oneOf = async (row: FaultRow): Promise<Fault> => {
    const [fault] = await describeFaults(db, [row], platform.now())
    if (fault === undefined) throw new StewardError('input/not-found', 'There is no such fault.')
    return fault
  }
  return async (app) => {
    app.get(
      '/faults',
      {
        config: { access: 'read' },
        schema: {
          tags: ['faults'],
          summary: 'Faults: open ones worst first, then newest; others newest first',
          querystring: PageQuery.extend(FaultQuery.shape),
          response: { 200: FaultList },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        if (request.query.site !== undefined) await needSite(db, scope, request.query.site)
        const { rows, next } = await listFaults(db, scope, request.query)
        return { items: await describeFaults(db, rows, platform.now()), next }
      },
    )
    app.get(
      '/faults/:id',
      {
        config: { access: 'read' },
        schema: {
          tags: ['faults'],
          summary: 'A fault with its history, and the ways from its cause to what it affects',
          params: ById,
          response: { 200: FaultDetail },
        },
      },
      async (request) => {
        const row = await needFault(db, scopeOf(request), request.params.id)
        return { ...(await oneOf(row)), history: await historyOf(db, row.id), chains: await chainsIn(faults, row) }
      },
    )
    await app.register(servingRoutes(faults, oneOf))
    await app.register(siteServiceRoutes(faults))
  }
}

/** What people do with a fault. */
function servingRoutes(faults: Faults, oneOf: (row: FaultRow) => Promise<Fault>): FastifyPluginAsyncZod {
  const { db, platform } = faults
  const again = async (scope: Scope, id: string): Promise<Fault> => oneOf(await needFault(db, scope, id))
  return async (app) => {
    app.post(
      '/faults/:id/acknowledge',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['faults'],
          summary: 'Says that somebody looks after it; a second time adds the note',
          params: ById,
          body: AcknowledgeRequest,
          response: { 200: Fault },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const { id } = await needFault(db, scope, request.params.id)
        await acknowledge(faults, id, principalOf(request).name, request.body.note)
        return again(scope, id)
      },
    )
    app.post(
      '/faults/:id/notes',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['faults'],
          summary: 'Adds a note to the history',
          params: ById,
          body: NoteRequest,
          response: { 200: Fault },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const { id } = await needFault(db, scope, request.params.id)
        const by = principalOf(request).name
        await addToHistory(db, { fault: id, event: 'note', by, note: request.body.note, now: platform.now() })
        return again(scope, id)
      },
    )
    app.put(
      '/faults/:id/level',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['faults'],
          summary:
            'Sets the level of an open fault by hand, with a reason; null frees it, so that it is as judged again',
          params: ById,
          body: SetLevelRequest,
          response: { 200: Fault },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const row = await needFault(db, scope, request.params.id)
        await setLevel(faults, row, { ...request.body, by: principalOf(request).name })
        return again(scope, row.id)
      },
    )
  }
}

/** The first to acknowledge is who looks after it; whoever comes later leaves a line in the history. */
async function acknowledge(faults: Faults, id: string, by: string, note: string): Promise<void> {
  const { db, platform } = faults
  const now = platform.now()
  await db.transaction().execute(async (within) => {
    await within
      .updateTable('faults')
      .set({ acknowledged_at: now, acknowledged_by: by, acknowledged_note: note })
      .where('id', '=', id)
      .where('acknowledged_at', 'is', null)
      .execute()
    await addToHistory(within, { fault: id, event: 'acknowledged', by, note, now })
  })
  await faults.announce([{ fault: id, change: 'acknowledged', at: now }])
}

async function chainsIn(faults: Faults, row: FaultRow) {
  const affected = affectedOf(row)
  if (row.device === null || affected.length === 0) return []
  const { devices } = await faults.models.of(row.site)
  const others = await faults.db
    .selectFrom('faults')
    .select('device')
    .where('site', '=', row.site)
    .where('closed_at', 'is', null)
    .execute()
  const causes = others.flatMap((it) => it.device ?? [])
  return chainsOf(row.device, affected, causes, devices)
}
