import type { PointDescriptor } from '@steward/shared/model'
import type { Reading } from '../drivers/index.ts'

/**
 * A device's points over all its connections. Where a later connection has an id that an earlier one has too, its own is put
 * behind the name of its place, so that no value is taken for another's.
 */
export function renamed(id: string, index: number, before: readonly { points: readonly PointDescriptor[] }[]): string {
  const isTaken = before.some(({ points }) => points.some((it) => it.id === id))
  return isTaken ? `connection-${index + 1}.${id}`.slice(0, 128) : id
}

/** Values of the connection at `index` under the ids that they have in the device. */
export function renamedValues(
  values: Reading['values'],
  index: number,
  before: readonly { points: readonly PointDescriptor[] }[],
): Reading['values'] {
  if (index === 0) return values
  return Object.fromEntries(Object.entries(values).map(([id, value]) => [renamed(id, index, before), value]))
}

/** `lines` in the order of the connections. */
export function mergedPoints(lines: readonly { points: readonly PointDescriptor[] }[]): PointDescriptor[] {
  return lines.flatMap(({ points }, index) =>
    points.map((it) => ({ ...it, id: renamed(it.id, index, lines.slice(0, index)) })),
  )
}
