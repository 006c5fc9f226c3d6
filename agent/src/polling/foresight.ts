/** Tells the judge of ends in sight, from what is read. */
import type { Reading } from '../drivers/index.ts'
import { endsOf, type Omens, omensIn } from './ends-in-sight.ts'
import { type Fill, fullInMs, withFill } from './fill-trend.ts'
import type { Judge } from './judge.ts'
import type { Line } from './lines.ts'

export type Foresight = { read(line: Line, reading: Reading): void }

/** `now`: monotonic, in milliseconds. */
export function createForesight(use: { judge: () => Judge | null; now: () => number }): Foresight {
  const fills = new WeakMap<Line, Map<string, Fill>>()
  const wereHot = new WeakSet<Line>()
  // Which points matter is found out once, and not at each reading of hundreds of them.
  const known = new WeakMap<Line['points'], Omens>()
  const omensOf = ({ points }: Line): Omens => {
    const omens = known.get(points) ?? omensIn(points)
    known.set(points, omens)
    return omens
  }

  const follow = (line: Line, { storages }: Omens, { values }: Reading): Map<string, Fill> => {
    const of = fills.get(line) ?? new Map<string, Fill>()
    for (const { id } of storages) {
      const value = values[id]
      if (typeof value === 'number') of.set(id, withFill(of.get(id) ?? [], use.now(), value))
    }
    fills.set(line, of)
    return of
  }

  return {
    read(line, reading) {
      const judge = use.judge()
      if (judge === null || line.points.length === 0) return
      const omens = omensOf(line)
      const fill = follow(line, omens, reading)
      for (const [name, reason] of endsOf(omens, reading.values, (id) => fullInMs(fill.get(id) ?? []))) {
        // One hot reading may be chance; power and storage are told as they are.
        const isChance = name === 'temperature-critical' && reason !== null && !wereHot.has(line)
        if (name === 'temperature-critical') wereHot[reason === null ? 'delete' : 'add'](line)
        if (!isChance) judge.foresee(line.device, line.index === 0 ? name : `${name} ${line.index}`, reason)
      }
    },
  }
}
