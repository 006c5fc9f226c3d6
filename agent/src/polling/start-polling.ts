import { StewardError } from '@steward/shared/errors'
import type { Polling, PollingOptions } from './contract.ts'

/** Starts asking; nothing is asked before `applyConfig`. */
export function startPolling(_options: PollingOptions): Polling {
  throw new StewardError('system/internal', 'Polling is not built yet.')
}
