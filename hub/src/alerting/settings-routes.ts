import {
  DeadManSettings,
  DeadManShown,
  MailSettings,
  MailSettingsShown,
  MailTestRequest,
  TestResult,
} from '@steward/shared/api'
import { isStewardError } from '@steward/shared/errors'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { principalOf } from '../http/index.ts'
import type { Alerting } from './alerting.ts'
import { hastenChannel } from './deliveries.ts'
import { mailTest } from './message/render.ts'
import { readDeadMan, readMail, shownMail, withKnownPassword, writeDeadMan, writeMail } from './settings.ts'
import { needCompany } from './tenancy.ts'

const tags = ['alerts']

type App = Parameters<FastifyPluginAsyncZod>[0]

async function tryMail(alerting: Alerting, it: z.infer<typeof MailTestRequest>): Promise<TestResult> {
  try {
    const known = await readMail(alerting.db, alerting.seal)
    const settings = it.settings === undefined ? undefined : withKnownPassword(it.settings, known)
    await alerting.sendMail({ to: it.to, ...mailTest() }, settings)
    return { ok: true, message: `Sent to ${it.to}.`, code: null }
  } catch (error) {
    if (!isStewardError(error)) throw error
    return { ok: false, message: error.message, code: error.code }
  }
}

function mailRoutes(app: App, alerting: Alerting): void {
  const { db, seal, platform } = alerting
  app.get(
    '/alerts/mail',
    {
      config: { access: 'administer' },
      schema: {
        tags,
        summary: 'The mail server, without its password',
        response: { 200: MailSettingsShown.nullable() },
      },
    },
    async (request) => {
      needCompany(request)
      const settings = await readMail(db, seal)
      return settings === null ? null : shownMail(settings)
    },
  )
  app.put(
    '/alerts/mail',
    {
      config: { access: 'administer' },
      schema: { tags, summary: 'Sets the mail server', body: MailSettings, response: { 200: MailSettingsShown } },
    },
    async (request) => {
      needCompany(request)
      const shown = shownMail(await writeMail(db, seal, request.body))
      await hastenChannel(db, 'email', platform.now())
      alerting.worker.wake()
      await platform.audit.write({
        who: principalOf(request).name,
        action: 'mail.update',
        target: shown.host,
        detail: shown,
      })
      return shown
    },
  )
  app.post(
    '/alerts/mail/test',
    {
      config: { access: 'administer', rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: {
        tags,
        summary: 'Sends a test mail and says how it went',
        body: MailTestRequest,
        response: { 200: TestResult },
      },
    },
    async (request) => {
      needCompany(request)
      return tryMail(alerting, request.body)
    },
  )
}

function deadManRoutes(app: App, alerting: Alerting): void {
  const { db, seal, platform, deadMan } = alerting
  const shown = async (): Promise<z.infer<typeof DeadManShown>> => {
    const last = deadMan.last()
    const at = last === null ? '' : new Date(last.at).toISOString()
    return { ...(await readDeadMan(db, seal)), last: last === null ? null : { at, error: last.error } }
  }
  app.get(
    '/alerts/dead-man',
    {
      config: { access: 'administer' },
      schema: { tags, summary: 'The address that is asked while the hub is well', response: { 200: DeadManShown } },
    },
    async (request) => {
      needCompany(request)
      return shown()
    },
  )
  app.put(
    '/alerts/dead-man',
    {
      config: { access: 'administer' },
      schema: { tags, summary: 'Sets the dead-man address', body: DeadManSettings, response: { 200: DeadManShown } },
    },
    async (request) => {
      needCompany(request)
      const { url, intervalMs } = request.body
      await writeDeadMan(db, seal, request.body)
      const who = principalOf(request).name
      const target = url === null ? 'off' : new URL(url).host
      await platform.audit.write({ who, action: 'dead-man.update', target, detail: { intervalMs } })
      deadMan.wake()
      return shown()
    },
  )
}

/** Mail server and dead-man address. */
export function alertSettingsRoutes(alerting: Alerting): FastifyPluginAsyncZod {
  return async (app) => {
    mailRoutes(app, alerting)
    deadManRoutes(app, alerting)
  }
}
