/** Searches for devices at a site through its agent, and makes devices of what a person accepts. */
export { createDiscoveries, type Discoveries, type DiscoveryOptions } from './discoveries.ts'
export { discoveryMigrations } from './migrations.ts'
export { discoveryRoutes } from './routes.ts'
