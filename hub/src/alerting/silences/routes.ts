import { Silence, SilenceInput, SilenceList, SilenceQuery } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Principal, Scope } from '../../access/index.ts'
import { principalOf, scopeOf } from '../../http/index.ts'
import { type InventoryTables, needSite } from '../../inventory/index.ts'
import type { Alerting } from '../alerting.ts'
import type { StoredSilence } from './cover.ts'
import { changeSilence, createSilence, endSilence, findSilence, silencesIn } from './store.ts'
import { describeSilences, needTarget, type Target, targetOf } from './tenancy.ts'

const Id = z.object({ id: z.string().max(64) })
const tags = ['alerts']
const keptMs = 90 * 86_400_000
const longAfterMs = 400 * 86_400_000

type App = Parameters<FastifyPluginAsyncZod>[0]

/** Who must not be alerted of what until when. */
export function silenceRoutes(alerting: Alerting): FastifyPluginAsyncZod {
  return async (app) => {
    readingRoutes(app, alerting)
    makingRoutes(app, alerting)
    changingRoutes(app, alerting)
  }
}

const inventoryOf = ({ platform }: Alerting) => platform.db.withTables<InventoryTables>()

function readingRoutes(app: App, alerting: Alerting): void {
  app.get(
    '/silences',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Silences that hold, come, or are not over for more than 90 days; those that end last first',
        querystring: SilenceQuery,
        response: { 200: SilenceList },
      },
    },
    async (request) => {
      const [scope, db, now] = [scopeOf(request), inventoryOf(alerting), alerting.platform.now()]
      const { site: id } = request.query
      const site = id === undefined ? undefined : await needSite(db, scope, id)
      const of = site === undefined ? undefined : { site: site.id, customer: site.customer }
      const all = await silencesIn(alerting.db, { from: now - keptMs, to: now + longAfterMs }, of)
      return { items: await describeSilences(db, scope, all), next: null }
    },
  )
}

function makingRoutes(app: App, alerting: Alerting): void {
  app.post(
    '/silences',
    {
      config: { access: 'operate' },
      schema: {
        tags,
        summary: 'Silences the alerts of a device, a system, a site or a customer for a time',
        body: SilenceInput,
        response: { 200: Silence },
      },
    },
    async (request) => {
      const scope = scopeOf(request)
      const by = principalOf(request)
      const target = await needTarget(inventoryOf(alerting), scope, request.body.scope)
      const made = await createSilence(alerting.db, request.body, { by: by.name, now: alerting.platform.now() })
      await note(alerting, by, { action: 'silence.create', target, silence: made })
      return shown(alerting, scope, made)
    },
  )
}

function changingRoutes(app: App, alerting: Alerting): void {
  const { db, platform } = alerting
  app.put(
    '/silences/:id',
    {
      config: { access: 'operate' },
      schema: {
        tags,
        summary: 'Changes a silence that is not over',
        params: Id,
        body: SilenceInput,
        response: { 200: Silence },
      },
    },
    async (request) => {
      const scope = scopeOf(request)
      const { silence, target: before } = await needSilence(alerting, scope, request.params.id)
      const target = await needTarget(inventoryOf(alerting), scope, request.body.scope)
      const changed = await changeSilence(db, silence, request.body, platform.now())
      await note(alerting, principalOf(request), { action: 'silence.change', target, silence: changed })
      for (const site of before.sites) alerting.look(site)
      return shown(alerting, scope, changed)
    },
  )
  app.post(
    '/silences/:id/end',
    {
      config: { access: 'operate' },
      schema: {
        tags,
        summary: 'Ends a silence now: what is still open is told; one that has not begun is gone',
        params: Id,
        response: { 200: Silence },
      },
    },
    async (request) => {
      const scope = scopeOf(request)
      const { silence, target } = await needSilence(alerting, scope, request.params.id)
      const ended = await endSilence(db, silence, platform.now())
      await note(alerting, principalOf(request), { action: 'silence.end', target, silence: ended })
      return shown(alerting, scope, ended)
    },
  )
}

/** The silence with what it is about, or `input/not-found`: what is not there and what is not yours look alike. */
async function needSilence(
  alerting: Alerting,
  scope: Scope,
  id: string,
): Promise<{ silence: StoredSilence; target: Target }> {
  const silence = await findSilence(alerting.db, id)
  if (silence !== null) {
    const [own] = await describeSilences(inventoryOf(alerting), scope, [silence])
    if (own !== undefined) return { silence, target: await targetOf(inventoryOf(alerting), silence.scope) }
  }
  throw new StewardError('input/not-found', 'There is no such silence.')
}

async function shown(alerting: Alerting, scope: Scope, silence: StoredSilence): Promise<Silence> {
  const [described] = await describeSilences(inventoryOf(alerting), scope, [silence])
  if (described === undefined) throw new StewardError('input/not-found', 'There is no such silence.')
  return described
}

/** Writes it into the audit log, and decides anew what is to be told. */
async function note(
  alerting: Alerting,
  by: Principal,
  { action, target, silence }: { action: string; target: Target; silence: StoredSilence },
): Promise<void> {
  const { scope, levels, from, to, reason } = silence
  const detail = { scope, levels, from: new Date(from).toISOString(), to: new Date(to).toISOString(), reason }
  const { customer, site, sites } = target
  await alerting.platform.audit.write({ who: by.name, action, customer, site, target: silence.id, detail })
  for (const it of sites) alerting.look(it)
}
