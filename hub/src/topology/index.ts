/** Who hangs on whom, as devices tell it: links with their evidence, confirmed or overruled by people, and what changes of them. */
export { fileTopology } from './findings.ts'
export { topologyMigrations } from './migrations.ts'
export { topologyRoutes } from './routes.ts'
export type { TopologyTables } from './schema.ts'
export { createTopology, type Topology } from './topology.ts'
