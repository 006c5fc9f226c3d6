/** What changes, as it happens, to everybody who looks on and may see it. */
export { createLive, type Live } from './live.ts'
export { liveRoutes } from './routes.ts'
