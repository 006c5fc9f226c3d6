/** Asks devices on schedule, decides what is down and at which fault level, and hands on what was read. */
export type { Clock, ConfigProblem, Log, Polling, PollingOptions, PollingStatus } from './contract.ts'
export { startPolling } from './start-polling.ts'
