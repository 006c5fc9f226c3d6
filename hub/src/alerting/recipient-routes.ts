import {
  DeliveryList,
  PageQuery,
  Recipient,
  RecipientInput,
  RecipientList,
  RecipientUpdate,
  TestResult,
} from '@steward/shared/api'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { principalOf } from '../http/index.ts'
import type { Alerting } from './alerting.ts'
import { hasten } from './deliveries.ts'
import { listDeliveries } from './delivery-log.ts'
import { allRecipients, createRecipient, removeRecipient, shownRecipient, updateRecipient } from './recipients.ts'
import { refuseUnknownSites } from './sites.ts'
import { isWithin, needRecipient, refuseSitesBeyond, sitesOf } from './tenancy.ts'

const Id = z.object({ id: z.string().max(100) })
const tags = ['alerts']
const DeliveryQuery = PageQuery.extend({
  recipient: z.string().max(100).optional(),
  state: z.enum(['pending', 'sent', 'failed']).optional(),
  fault: z.string().max(200).optional(),
})

type App = Parameters<FastifyPluginAsyncZod>[0]

function readingRoutes(app: App, alerting: Alerting): void {
  app.get(
    '/alerts/recipients',
    {
      config: { access: 'operate' },
      schema: { tags, summary: 'Who is alerted, without secrets', response: { 200: RecipientList } },
    },
    async (request) => {
      const sites = await sitesOf(alerting, request)
      const all = await allRecipients(alerting.db)
      return { items: all.filter((it) => isWithin(it, sites)).map(shownRecipient), next: null }
    },
  )
  app.get(
    '/alerts/recipients/:id',
    {
      config: { access: 'operate' },
      schema: { tags, summary: 'One recipient', params: Id, response: { 200: Recipient } },
    },
    async (request) => shownRecipient(await needRecipient(alerting, request, request.params.id)),
  )
  app.get(
    '/alerts/deliveries',
    {
      config: { access: 'operate' },
      schema: {
        tags,
        summary: 'What was sent to whom, newest first',
        querystring: DeliveryQuery,
        response: { 200: DeliveryList },
      },
    },
    async (request) => {
      const { limit, next, ...filter } = request.query
      const before = next === undefined ? null : Number(next)
      return listDeliveries(alerting.db, { sites: await sitesOf(alerting, request), filter, limit, before })
    },
  )
}

function makingRoutes(app: App, alerting: Alerting): void {
  const { db, seal, platform } = alerting
  app.post(
    '/alerts/recipients',
    {
      config: { access: 'configure' },
      schema: { tags, summary: 'Adds a recipient', body: RecipientInput, response: { 200: Recipient } },
    },
    async (request) => {
      await refuseSitesBeyond(alerting, request, request.body)
      await refuseUnknownSites(platform.db, request.body.sites)
      const made = await createRecipient(db, seal, request.body, platform.now())
      const who = principalOf(request).name
      await platform.audit.write({ who, action: 'recipient.create', target: made.name, detail: { to: made.shown } })
      return shownRecipient(made)
    },
  )
  app.post(
    '/alerts/recipients/:id/test',
    {
      config: { access: 'operate', rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: { tags, summary: 'Sends a test and says how it went', params: Id, response: { 200: TestResult } },
    },
    async (request) => {
      const recipient = await needRecipient(alerting, request, request.params.id)
      const result = await alerting.sendTest(recipient)
      const who = principalOf(request).name
      await platform.audit.write({ who, action: 'recipient.test', target: recipient.name, detail: { ok: result.ok } })
      return result
    },
  )
}

function changingRoutes(app: App, alerting: Alerting): void {
  const { db, seal, platform } = alerting
  app.put(
    '/alerts/recipients/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Changes a recipient; a target left out stays as it is',
        params: Id,
        body: RecipientUpdate,
        response: { 200: Recipient },
      },
    },
    async (request) => {
      const old = await needRecipient(alerting, request, request.params.id)
      await refuseSitesBeyond(alerting, request, request.body)
      await refuseUnknownSites(platform.db, request.body.sites)
      const now = await updateRecipient(db, seal, old, request.body)
      // The correction may be what the waiting alerts waited for.
      await hasten(db, old.id, platform.now())
      alerting.worker.wake()
      const who = principalOf(request).name
      const detail = { from: shownRecipient(old), to: shownRecipient(now), target: request.body.target !== undefined }
      await platform.audit.write({ who, action: 'recipient.update', target: now.name, detail })
      return shownRecipient(now)
    },
  )
  app.delete(
    '/alerts/recipients/:id',
    {
      config: { access: 'configure' },
      schema: { tags, summary: 'Removes a recipient', params: Id, response: { 200: z.null() } },
    },
    async (request) => {
      const recipient = await needRecipient(alerting, request, request.params.id)
      await removeRecipient(db, recipient.id)
      const who = principalOf(request).name
      await platform.audit.write({ who, action: 'recipient.remove', target: recipient.name })
      return null
    },
  )
}

/** Recipients and the log of deliveries. */
export function recipientRoutes(alerting: Alerting): FastifyPluginAsyncZod {
  return async (app) => {
    readingRoutes(app, alerting)
    makingRoutes(app, alerting)
    changingRoutes(app, alerting)
  }
}
