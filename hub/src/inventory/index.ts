/** Customers, sites, systems, devices and maintenance: what is looked after, and the configuration that agents get of it. */
export { inventoryMigrations } from './migrations.ts'
export type { InventoryTables } from './schema.ts'
