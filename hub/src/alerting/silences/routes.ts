import { Silence, SilenceInput, SilenceList, SilenceQuery } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Principal, Scope } from '../../access/index.ts'
import { principalOf, scopeOf } from '../../http/index.ts'
import { type InventoryTables, needSite } from '../../inventory/index.ts'
import type { Alerting } from '../alerting.ts'
import { type StoredSilence, spanOver } from './cover.ts'
import { changeSilence, createSilence, endForGood, endSilence, findSilence, silencesIn } from './store.ts'
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
      const [timezone = 'UTC'] = target.timezones
      const now = alerting.platform.now()
      const made = await createSilence(alerting.db, request.body, { by: by.name, now, timezone })
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
      const [timezone = 'UTC'] = target.timezones
      const changed = await changeSilence(db, silence, request.body, { now: platform.now(), timezone })
      await note(alerting, principalOf(request), { action: 'silence.change', target, silence: changed })
      tell(alerting, before.sites)
      return shown(alerting, scope, changed)
    },
  )
  app.post(
    '/silences/:id/end',
    {
      config: { access: 'operate' },
      schema: {
        tags,
        summary: 'Ends what holds now, and what is still open is told; one that does not hold ends for good',
        params: Id,
        response: { 200: Silence },
      },
    },
    async (request) => {
      const scope = scopeOf(request)
      const { silence, target } = await needSilence(alerting, scope, request.params.id)
      const now = platform.now()
      const isRunning = target.timezones.some((it) => spanOver(silence, it, now) !== null)
      const ended = await endSilence(db, silence, { now, isRunning })
      await note(alerting, principalOf(request), { action: 'silence.end', target, silence: ended })
      return shown(alerting, scope, ended)
    },
  )
  app.delete(
    '/silences/:id',
    {
      config: { access: 'operate' },
      schema: {
        tags,
        summary: 'Ends a silence for good, also one that recurs',
        params: Id,
        response: { 200: Silence },
      },
    },
    async (request) => {
      const scope = scopeOf(request)
      const { silence, target } = await needSilence(alerting, scope, request.params.id)
      const ended = await endForGood(db, silence, platform.now())
      await note(alerting, principalOf(request), { action: 'silence.end', target, silence: ended })
      return shown(alerting, scope, ended)
    },
  )
}

/** Decides anew what is to be told there, and renews what is shown. */
function tell(alerting: Alerting, sites: readonly string[]): void {
  for (const site of sites) {
    alerting.look(site)
    alerting.platform.events.emit('silences-changed', { site })
  }
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
  const { scope, levels, repeats, reason } = silence
  const [from, to] = [new Date(silence.from).toISOString(), new Date(silence.to).toISOString()]
  const detail = { scope, levels, from, to, repeats, reason }
  const { customer, site, sites } = target
  await alerting.platform.audit.write({ who: by.name, action, customer, site, target: silence.id, detail })
  tell(alerting, sites)
}
