/** From checks to outages: when a device is called down, up or flapping, and what to check next (fault-levels.md, section 1). */
export { type FlapSettings, type FlapState, flappingEndsAt, onChange, onTime, steady } from './flapping.ts'
export type { WatchedDevice } from './neighbours.ts'
export { type Check, createOutageState, isInDoubt, type OutageState, type OutageStep, onCheck } from './outage.ts'
export { OutageSettings, type OutageSettingsInput } from './settings.ts'
export { createSiteOutages, type OutageReport, type SiteOutages } from './site-outages.ts'
export type { OutageEvent, Told } from './verdict.ts'
