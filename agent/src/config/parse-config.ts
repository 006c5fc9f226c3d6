import { StewardError } from '@steward/shared/errors'
import { AgentConfig, MaintenanceWindow, PollingSettings } from '@steward/shared/model'
import type { ConfigReceipt } from '@steward/shared/wire'
import { z } from 'zod'

export type ConfigProblem = ConfigReceipt['problems'][number]
export type ParsedConfig = { config: AgentConfig; problems: ConfigProblem[] }

/** Only what must be there for anything to be done; all else is looked at one by one. */
const Frame = AgentConfig.extend({ settings: z.unknown(), maintenance: z.array(z.unknown()).max(1000).default([]) })

/**
 * A configuration as the hub sends it: wrong settings and maintenance windows are left out and named. Systems and devices are
 * looked at where they are used. Throws `input/invalid` when there is no configuration in it at all.
 */
export function parseConfig(body: unknown): ParsedConfig {
  const frame = Frame.safeParse(body)
  if (!frame.success) {
    const { path, message } = frame.error.issues[0] ?? { path: [], message: 'wrong' }
    throw new StewardError('input/invalid', `The configuration cannot be used: ${path.join('.') || 'it'}: ${message}.`)
  }
  const problems: ConfigProblem[] = []
  const settings = PollingSettings.safeParse(frame.data.settings)
  if (!settings.success) problems.push(wrong('settings', settings.error, 'the usual intervals are used'))
  const maintenance = frame.data.maintenance.flatMap((item, at) => {
    const window = MaintenanceWindow.safeParse(item)
    if (window.success) return [window.data]
    problems.push(wrong(`maintenance/${at}`, window.error, 'this window is left out'))
    return []
  })
  const config = { ...frame.data, settings: settings.success ? settings.data : PollingSettings.parse({}), maintenance }
  return { config, problems }
}

function wrong(item: string, error: z.ZodError, so: string): ConfigProblem {
  const issues = error.issues.slice(0, 3).map((it) => `${it.path.join('.') || 'it'}: ${it.message}`)
  return { item, code: 'config/invalid-item', message: `${issues.join('; ').slice(0, 500)}; ${so}` }
}
