/** Agents: enrolled once, known by their key, connected by a link in which the hub asks and they answer. */
export { agentRoutes } from './agent-routes.ts'
export { agentsOfSites, heardAgents, networksOfSite } from './agents.ts'
export { type AgentIdentity, type AgentLink, createFleet, type Fleet, type FleetOptions } from './fleet.ts'
export { fleetMigrations } from './migrations.ts'
export { fileClock, fileProblem, problemsOfDevice } from './problems.ts'
export { fleetRoutes } from './routes.ts'
export type { FleetTables } from './schema.ts'
