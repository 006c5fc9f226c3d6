/** The words of the field as schemas: what agent, hub and app mean by a site, a device, a point, a fault level. */
export * from './connection.ts'
export * from './device.ts'
export * from './discovery.ts'
export * from './maintenance.ts'
export * from './names.ts'
export * from './people.ts'
export * from './point.ts'
export * from './words.ts'
