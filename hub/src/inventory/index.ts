/** Customers, sites, systems, devices and maintenance: what is looked after, and the configuration that agents get of it. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { type ApplyElsewhere, applyRoutes } from './apply-routes.ts'
import { deviceRoutes } from './device-routes.ts'
import type { Inventory } from './inventory.ts'
import { maintenanceRoutes } from './maintenance-routes.ts'
import { customerRoutes, siteRoutes } from './site-routes.ts'

export { agentOf, devicesByAgent, nameAgent, type SiteAgent, siteAgents } from './agents-of-devices.ts'
export { applyInventory } from './apply.ts'
export type { ApplyElsewhere } from './apply-routes.ts'
export { checkDevices } from './consistency.ts'
export { listCustomers } from './customers.ts'
export { devicesOf, enabledDevicesOf, needDevice, putDevice, type StoredDevice } from './devices.ts'
export { createInventory, type Inventory } from './inventory.ts'
export { maintenanceSpans, readMaintenance, underMaintenance } from './maintenance.ts'
export { inventoryMigrations } from './migrations.ts'
export type { DeviceFaults, DeviceProblem, FaultFigures, InventoryPorts } from './ports.ts'
export { fileIdentity, fileSecret, fileState, forgetStates, recallStates, statesOf } from './reports.ts'
export type { InventoryTables } from './schema.ts'
export { findSite, listSites, needSite } from './sites.ts'
export { forgetOldStates, keepInventory } from './upkeep.ts'

export function inventoryRoutes(inventory: Inventory, elsewhere: ApplyElsewhere): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(customerRoutes(inventory))
    await app.register(siteRoutes(inventory))
    await app.register(maintenanceRoutes(inventory))
    await app.register(deviceRoutes(inventory))
    await app.register(applyRoutes(inventory, elsewhere))
  }
}
