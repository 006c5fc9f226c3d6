/** From steps to what a chart draws: a value holds until the next one, and nothing is drawn while nothing is known. */
import type { SiteCapability } from '@steward/shared/api'
import type { Columns } from './gaps.ts'

type Steps = SiteCapability['functions'][number]['steps']

/** `toMs`: up to where the last step holds. */
export function stairsOf(steps: Steps, toMs: number): Columns {
  const columns: Columns = [[], [], [], []]
  const put = (at: number, value: number | null): void => {
    columns[0].push(at)
    for (const column of [columns[1], columns[2], columns[3]]) column.push(value)
  }
  for (const [i, { at, value }] of steps.entries()) {
    const before = steps[i - 1]
    if (before !== undefined) put(Date.parse(at), before.value)
    put(Date.parse(at), value)
  }
  const last = steps.at(-1)
  if (last !== undefined) put(toMs, last.value)
  return columns
}
