/** HTTP(S): whether it answers, its status and latency, its clock, how long its certificate lasts, and values out of its answer. */
import type { Driver } from '../contract.ts'
import type { HttpProfile } from './profiles/schema.ts'
import { openHttpSession } from './session.ts'

export { httpProfileJsonSchema } from './profiles/json-schema.ts'
export { loadHttpProfiles } from './profiles/load.ts'
export type { HttpProfile } from './profiles/schema.ts'

export function createHttpDriver(profiles: readonly HttpProfile[]): Driver<'http'> {
  return {
    name: 'http',
    needsSecret: () => false,
    open: (target) => openHttpSession(profiles, target),
    close: () => undefined,
  }
}
