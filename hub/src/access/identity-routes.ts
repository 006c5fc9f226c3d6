import { StewardError } from '@steward/shared/errors'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Access } from './access.ts'
import { isDisabled } from './memberships.ts'
import { isFromElsewhere } from './same-origin.ts'

const minuteMs = 60_000

/** What of Better Auth is offered, and how often from one address a minute; everything else of it is not there (404). */
const offered: Readonly<Record<string, number>> = {
  'GET /api/auth/get-session': 300,
  'POST /api/auth/sign-in/email': 10,
  'POST /api/auth/sign-out': 30,
  'POST /api/auth/request-password-reset': 5,
  'POST /api/auth/reset-password': 10,
  'POST /api/auth/change-password': 10,
  'POST /api/auth/two-factor/enable': 10,
  'POST /api/auth/two-factor/disable': 10,
  'POST /api/auth/two-factor/verify-totp': 10,
  'POST /api/auth/two-factor/verify-backup-code': 10,
}

/** What goes into the audit log when it succeeded: for somebody who was signed in already, and for somebody who was not. */
const audited: Record<string, { signedIn?: string; signedOut?: string }> = {
  '/api/auth/sign-in/email': { signedIn: 'sign-in', signedOut: 'sign-in' },
  '/api/auth/change-password': { signedIn: 'password.change' },
  '/api/auth/two-factor/disable': { signedIn: 'two-factor.disable' },
  '/api/auth/two-factor/verify-totp': { signedIn: 'two-factor.enable', signedOut: 'sign-in' },
  '/api/auth/two-factor/verify-backup-code': { signedOut: 'sign-in' },
}

/** An answer that lets somebody in; one that asks for the second factor names nobody. */
const LetIn = z.object({ user: z.object({ id: z.string(), email: z.string() }) })

/** Better Auth's own routes, by a list: what an upgrade of it adds is not open by itself. */
export function identityRoutes(access: Access): FastifyPluginAsync {
  return async (app) => {
    for (const [route, max] of Object.entries(offered)) {
      const [method = 'GET', url = ''] = route.split(' ')
      app.route({
        method,
        url,
        config: { access: 'identity', rateLimit: { max, timeWindow: minuteMs } },
        schema: { tags: ['identity'], summary: 'Sign-in and second factor (Better Auth)', security: [] },
        bodyLimit: 16_384,
        handler: async (request, reply) => {
          const answer = await handle(access, request)
          reply.code(answer.status)
          for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value)
          for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie)
          return reply.send(await answer.text())
        },
      })
    }
  }
}

/** Better Auth's answer, unless it would let in somebody whose access was taken away; what happened is written down. */
async function handle(access: Access, request: FastifyRequest): Promise<Response> {
  if (request.headers.cookie !== undefined && isFromElsewhere(request, access.origin))
    throw new StewardError('access/forbidden', 'This request comes from another site; open the app itself.')
  const actions = audited[request.routeOptions.url ?? '']
  const { cookie } = request.headers
  const before =
    actions === undefined || cookie === undefined
      ? null
      : await access.identity.api.getSession({ headers: new Headers({ cookie }) })
  const answer = await access.identity.handler(toWebRequest(request, access.origin))
  if (actions === undefined || !answer.ok) return answer
  const told = LetIn.safeParse(await answer.clone().json())
  const who = told.success ? told.data.user : before?.user
  if (who === undefined) return answer
  if (await isDisabled(access.db, who.id)) {
    await access.db.deleteFrom('session').where('userId', '=', who.id).execute()
    // The words for a wrong password.
    return Response.json({ message: 'Invalid email or password', code: 'INVALID_EMAIL_OR_PASSWORD' }, { status: 401 })
  }
  const action = before === null ? actions.signedOut : actions.signedIn
  if (action !== undefined) await access.platform.audit.write({ who: who.email, action, target: who.email })
  return answer
}

function toWebRequest(request: FastifyRequest, origin: string): Request {
  const headers = new Headers()
  for (const name of [
    'cookie',
    'content-type',
    'origin',
    'user-agent',
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
  ]) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  // The name under which a browser came counts as ours: a hub has several (address, host name), all in its certificate.
  if (headers.get('origin') === `https://${request.headers.host ?? ''}`) headers.set('origin', origin)
  headers.set('x-steward-peer', request.ip)
  const init = { method: request.method, headers }
  const hasBody = request.method !== 'GET' && request.body !== undefined && request.body !== null
  return new Request(new URL(request.url, origin), hasBody ? { ...init, body: JSON.stringify(request.body) } : init)
}
