/** The life of a fault at the hub: what agents tell, their silence, who looks after it, and how it came to be. */
export { faultsForAlerts } from './alerts-port.ts'
export { createFaults, type FaultOptions, type Faults, type HeardAgent } from './faults.ts'
export { deviceFaultsOf, faultFiguresOf, openFaultCounts, siteCapabilities } from './figures.ts'
export { type FaultChange, fileFaultEvent, hubFaultId } from './file-event.ts'
export { faultMigrations } from './migrations.ts'
export { faultRoutes } from './routes.ts'
export type { FaultTables } from './schema.ts'
export { closeUnreachable, type SilenceChange } from './unreachable.ts'
