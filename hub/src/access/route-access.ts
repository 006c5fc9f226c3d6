/** Deny by default: a route that does not say who may use it does not start; everything else is checked here, before its handler. */
import { StewardError } from '@steward/shared/errors'
import type { Permission } from '@steward/shared/model'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { type Principal, type Scope, siteScope } from './principal.ts'

/**
 * `public`: anybody. `agent`: the fleet room authenticates it. `identity`: Better Auth's own routes. `signed-in`: any
 * principal. Otherwise the permission that is needed somewhere; the handler then works within `scopeOf(request)`.
 */
export type RouteAccess = 'public' | 'agent' | 'identity' | 'signed-in' | Permission

export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess
  }
  interface FastifyRequest {
    principal: Principal | null
    scope: Scope | null
  }
}

const open: readonly RouteAccess[] = ['public', 'agent', 'identity']

export function guardRoutes(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('principal', null)
  app.decorateRequest('scope', null)
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  // A plugin's own hooks may still add to its routes, so it is asked when all are there.
  app.addHook('onReady', async () => {
    const silent = routes.find((it) => it.config?.access === undefined)
    if (silent !== undefined) throw new Error(`${String(silent.method)} ${silent.url} does not say who may use it.`)
  })
  // After every onRequest hook, so that the rate limit comes before any look into the database, and before the body is read.
  app.addHook('preParsing', async (request) => {
    const access = request.routeOptions.config.access
    if (request.is404 || (access !== undefined && open.includes(access))) return
    request.principal = await authenticate(request)
    if (request.principal === null)
      throw new StewardError('access/unauthenticated', 'Sign in, or send a valid API key as a bearer token.')
    if (access === 'signed-in') return
    request.scope = isPermission(access) ? siteScope(request.principal, access) : null
    if (request.scope === null)
      throw new StewardError('access/forbidden', `This needs the permission "${access ?? 'none'}".`)
  })
}

function isPermission(access: RouteAccess | undefined): access is Permission {
  return access !== undefined && access !== 'signed-in' && !open.includes(access)
}

/** The principal of a route that is not open. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new StewardError('access/unauthenticated', 'Sign in, or send a valid API key.')
  return request.principal
}

/** What the route's permission covers for this principal; every query of a tenant's data takes it. */
export function scopeOf(request: FastifyRequest): Scope {
  if (request.scope === null) throw new StewardError('access/forbidden', 'Your role does not allow this.')
  return request.scope
}
