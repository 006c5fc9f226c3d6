/** One device checked and read at once, because a person asked. */
import { isStewardError } from '@steward/shared/errors'
import type { CheckResult } from '@steward/shared/wire'
import type { Checks } from './checks.ts'
import type { Line } from './lines.ts'
import type { Polls } from './polls.ts'

export async function readNow(
  device: string,
  lines: readonly Line[],
  checks: Checks,
  polls: Polls,
): Promise<CheckResult> {
  const outcome = await checks.checkNow(device)
  if (outcome === null || !outcome.ok) {
    const message = outcome?.message ?? 'it is not checked'
    return { device, ok: false, message, tookMs: outcome?.tookMs ?? 0, values: {} }
  }
  const values: CheckResult['values'] = {}
  const problems: string[] = []
  let tookMs = outcome.tookMs
  const started = performance.now()
  for (const line of lines) {
    try {
      const reading = await polls.pollNow(line)
      Object.assign(values, reading.values)
    } catch (error) {
      if (!isStewardError(error)) throw error
      problems.push(error.message)
    }
  }
  tookMs += performance.now() - started
  return { device, ok: problems.length === 0, message: problems.join('; ') || 'it answers', tookMs, values }
}
