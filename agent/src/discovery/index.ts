/** Finds devices in a network: asks, at an even pace and only by reading, who is there and how it could be looked after. */
export type { KnownConnection } from './contract.ts'
export type { Discovery, Progress } from './discover.ts'
export { createHubSearch, type HubSearch } from './for-hub.ts'
export { createFoundSecrets, type FoundSecrets } from './found-secrets.ts'
export { type SearchOptions, search } from './start.ts'
