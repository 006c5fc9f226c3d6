/** People, roles, customers' people, API keys: who asks, and the one place that says which sites they may touch. */
export { type Access, type AccessOptions, createAccess } from './access.ts'
export type { Mail, SendMail } from './identity.ts'
export { identityRoutes } from './identity-routes.ts'
export { accessMigrations } from './migrations.ts'
export { covers, type Principal, type Scope, siteScope } from './principal.ts'
export { type Authenticate, guardRoutes, principalOf, type RouteAccess, scopeOf } from './route-access.ts'
export { companyRoutes, keyRoutes, peopleRoutes } from './routes.ts'
export { hashOf, newSecret } from './secrets.ts'
