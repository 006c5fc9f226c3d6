import { join } from 'node:path'

/** The device profiles: beside the source, or beside the bundle, where all code is in one file. */
export function profilesFolder(): string {
  const here = import.meta.dirname
  return import.meta.url.endsWith('.ts') ? join(here, '..', 'profiles') : join(here, 'profiles')
}
