/** The hub's one HTTP server: who may use which route, errors as problem documents, OpenAPI, health, metrics, the web app. */

export { type Authenticate, principalOf, type RouteAccess, scopeOf } from '../access/index.ts'
export { type Health, healthRoutes } from './health.ts'
export { problemOfThrown, sendProblem } from './problems.ts'
export { createServer, type HubServer } from './server.ts'
export { fingerprintOf, ownCertificate, type ServerCertificate } from './tls/authority.ts'
export { type CertificateFiles, readCertificate } from './tls/given.ts'
export { keepCertificateFresh } from './tls/keep-fresh.ts'
export { leadUpgrades, type Upgrade } from './upgrades.ts'
export { serveWebApp } from './web-app.ts'
