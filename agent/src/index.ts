/** The agent at a customer's site: polls devices, judges outages, tells its hub, carries support streams under grants. */
export { type Agent, type AgentOptions, buildAgent } from './app.ts'
