/** Remote support: tunnels from an engineer's machine through the hub and an agent to a port of a device. */
export type { AgentLink, LinkOfDevice } from './agent-link.ts'
export { type LocalPort, listenLocally } from './client/local-port.ts'
export { type HubAddress, openTunnel, type Tunnel } from './client/tunnel-client.ts'
export { sessionMigrations } from './migrations.ts'
export { sessionRoutes } from './routes.ts'
export { createSessions, type SessionOptions, type Sessions } from './sessions.ts'
