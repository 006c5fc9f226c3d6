/** Batches from agents: authenticated, deduplicated, checked record by record, stored whole, then acknowledged. */
export { createIngest, type Ingest, type IngestOptions } from './ingest.ts'
export { ingestMigrations } from './migrations.ts'
export { ingestRoutes } from './routes.ts'
