import { browserZone } from '../time/instant.ts'

/** Zones that this browser knows; its own first, then Shanghai, where most sites are. */
export function timeZones(): string[] {
  return [...new Set([browserZone(), 'Asia/Shanghai', ...Intl.supportedValuesOf('timeZone'), 'UTC'])]
}
