import { EnrolmentCreated, EnrolmentList, EnrolmentRequest, Enrolment as EnrolmentShown } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { encodeEnrolmentToken } from '@steward/shared/wire'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Scope } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { listSites, needSite } from '../inventory/index.ts'
import {
  findEnrolment,
  listEnrolments,
  makeEnrolment,
  shownEnrolment,
  stepOf,
  withdrawEnrolment,
} from './enrolments.ts'
import type { Fleet } from './fleet.ts'

const ByUuid = z.object({ id: z.uuid() })
const Nothing = z.null()

async function needEnrolment({ db }: Fleet, scope: Scope, id: string) {
  const row = await findEnrolment(db, id)
  if (row === null) throw new StewardError('input/not-found', 'There is no such enrolment.')
  const site = await needSite(db, scope, row.site)
  return { row, customer: site.customer }
}

/** Enrolments: made, watched, withdrawn. */
export function enrolmentRoutes(fleet: Fleet): FastifyPluginAsyncZod {
  const { db, options } = fleet
  const { now } = options
  return async (app) => {
    app.get(
      '/enrolments',
      {
        config: { access: 'configure' },
        schema: { tags: ['fleet'], summary: 'Enrolments, newest first', response: { 200: EnrolmentList } },
      },
      async (request) => {
        const scope = scopeOf(request)
        const sites = scope.all ? null : (await listSites(db, scope)).map((it) => it.id)
        const rows = await listEnrolments(db, sites)
        return { items: rows.map((it) => shownEnrolment(it, now())), next: null }
      },
    )
    app.get(
      '/enrolments/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['fleet'],
          summary: 'How far an enrolment has come',
          params: ByUuid,
          response: { 200: EnrolmentShown },
        },
      },
      async (request) => shownEnrolment((await needEnrolment(fleet, scopeOf(request), request.params.id)).row, now()),
    )
    await app.register(makingRoutes(fleet))
  }
}

function makingRoutes(fleet: Fleet): FastifyPluginAsyncZod {
  const { db, key, options } = fleet
  const { now, events, audit } = options
  return async (app) => {
    app.post(
      '/enrolments',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['fleet'],
          summary: 'A token that makes one agent of a site, within 15 minutes',
          body: EnrolmentRequest,
          response: { 200: EnrolmentCreated },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.body.site)
        const by = principalOf(request).name
        const name = request.body.name ?? null
        const { row, secret, withdrawn } = await makeEnrolment(db, { site: site.id, name, by, now: now() })
        const target = row.id
        await audit.write({ who: by, action: 'enrolment.make', site: site.id, customer: site.customer, target })
        for (const id of withdrawn) events.emit('enrolment', { site: site.id, id, state: 'withdrawn' })
        const ticket = { v: 1 as const, url: options.origin, secret, hubKey: key.publicKey, expiresAt: row.expires_at }
        const token = encodeEnrolmentToken({ ...ticket, ca: options.caFingerprint })
        return { ...shownEnrolment(row, now()), token, command: `npx -y pnpm@12 steward agent enrol ${token}` }
      },
    )
    app.delete(
      '/enrolments/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['fleet'],
          summary: 'Withdraws an enrolment that nobody has used',
          params: ByUuid,
          response: { 200: Nothing },
        },
      },
      async (request) => {
        const { row, customer } = await needEnrolment(fleet, scopeOf(request), request.params.id)
        const { id, site } = row
        await withdrawEnrolment(db, id, now())
        const who = principalOf(request).name
        await audit.write({ who, action: 'enrolment.withdraw', site, customer, target: id })
        events.emit('enrolment', { site, id, state: stepOf({ ...row, withdrawn_at: now() }, now()) })
        return null
      },
    )
  }
}
