/** The hub's configuration at the agent: kept over restarts, put into force item by item, its problems told once. */
export { type ConfigKeeper, keepConfig } from './config-keeper.ts'
export { type OpenProblem, openProblems, type Problems, removeProblems } from './problems.ts'
export { readStoredConfig, removeConfig } from './stored-config.ts'
