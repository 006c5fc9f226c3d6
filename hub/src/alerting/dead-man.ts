import type { DeadManSettings } from '@steward/shared/api'
import { isStewardError } from '@steward/shared/errors'
import type { Egress } from './egress.ts'

export type DeadManDeps = {
  settings(): Promise<DeadManSettings>
  /** why the hub is not well, or null while it is */
  trouble(): Promise<string | null>
  egress: Egress
  now(): number
  warn(message: string, details: Record<string, unknown>): void
}

/** How the last ping went; null before the first one. */
export type LastPing = { at: number; error: string | null }

export type DeadMan = {
  /** Goes by changed settings at once. */
  wake(): void
  last(): LastPing | null
  stop(): Promise<void>
}

/** While no address is set the settings are looked at this often. */
const idleMs = 60_000

async function ping(deps: DeadManDeps, url: string): Promise<string | null> {
  const trouble = await deps.trouble()
  if (trouble !== null) return `not asked, since the hub is not well: ${trouble}`
  try {
    const { status } = await deps.egress.send(url, { method: 'GET', headers: { 'user-agent': 'Steward' } })
    return status >= 200 && status < 300 ? null : `the address answered HTTP ${status}`
  } catch (error) {
    return isStewardError(error) ? error.message : String(error)
  }
}

/**
 * Asks an address of choice again and again while the hub is well, so that its silence is noticed elsewhere: a hub that
 * is dead, cut off or cannot store anything alerts nobody by itself.
 */
export function startDeadMan(deps: DeadManDeps): DeadMan {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let stopped = false
  let last: LastPing | null = null

  const turn = async (): Promise<number> => {
    const { url, intervalMs } = await deps.settings()
    if (url === null) return idleMs
    const error = await ping(deps, url)
    if (error !== null && error !== last?.error) deps.warn('the dead-man address was not asked', { error })
    last = { at: deps.now(), error }
    return intervalMs
  }

  const wake = (): void => {
    if (stopped || running !== undefined) return
    clearTimeout(timer)
    running = turn()
      .catch((error: unknown) => {
        deps.warn('the dead-man settings cannot be read', { error: String(error) })
        return idleMs
      })
      .then((pauseMs) => {
        running = undefined
        if (!stopped) timer = setTimeout(wake, pauseMs)
      })
  }

  wake()
  return {
    wake,
    last: () => last,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
