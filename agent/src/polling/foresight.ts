/** Tells the judge of ends in sight, from what is read. */
import type { Reading } from '../drivers/index.ts'
import { endsOf, isStorage } from './ends-in-sight.ts'
import { type Fill, fullInMs, withFill } from './fill-trend.ts'
import type { Judge } from './judge.ts'
import type { Line } from './lines.ts'

export type Foresight = { read(line: Line, reading: Reading): void }

/** `now`: monotonic, in milliseconds. */
export function createForesight(use: { judge: () => Judge | null; now: () => number }): Foresight {
  const fills = new WeakMap<Line, Map<string, Fill>>()
  const wereHot = new WeakSet<Line>()

  const follow = (line: Line, { values }: Reading): Map<string, Fill> => {
    const known = fills.get(line) ?? new Map<string, Fill>()
    for (const { id } of line.points.filter(isStorage)) {
      const value = values[id]
      if (typeof value === 'number') known.set(id, withFill(known.get(id) ?? [], use.now(), value))
    }
    fills.set(line, known)
    return known
  }

  return {
    read(line, reading) {
      const judge = use.judge()
      if (judge === null || line.points.length === 0) return
      const known = follow(line, reading)
      const { values } = reading
      const ends = endsOf({ points: line.points, values, fullInMs: (id) => fullInMs(known.get(id) ?? []) })
      for (const [name, reason] of ends) {
        // One hot reading may be chance; power and storage are told as they are.
        const isChance = name === 'temperature-critical' && reason !== null && !wereHot.has(line)
        if (name === 'temperature-critical') wereHot[reason === null ? 'delete' : 'add'](line)
        if (isChance) continue
        judge.foresee(line.device, line.index === 0 ? name : `${name} ${line.index}`, reason)
      }
    },
  }
}
