/** Tells the judge of ends in sight, from what is read. */
import type { Reading } from '../drivers/index.ts'
import { endsOf, type Omens, omensIn } from './ends-in-sight.ts'
import { type Fill, fullInMs, withFill } from './fill-trend.ts'
import type { Judge } from './judge.ts'
import type { Line } from './lines.ts'

const none: ReadonlyMap<string, Fill> = new Map()

export type Foresight = { read(line: Line, reading: Reading): void }

/** `now`: monotonic, in milliseconds. */
export function createForesight(use: { judge: () => Judge | null; now: () => number }): Foresight {
  // Which points matter is found out once, and not at each reading of hundreds of them.
  const known = new WeakMap<Line['points'], Omens>()
  const omensOf = ({ points }: Line): Omens => {
    const omens = known.get(points) ?? omensIn(points)
    known.set(points, omens)
    return omens
  }

  const follow = (line: Line, { storages }: Omens, { values }: Reading): ReadonlyMap<string, Fill> => {
    if (storages.length === 0) return none
    const of = line.fills ?? new Map<string, Fill>()
    for (const { id } of storages) {
      const value = values[id]
      if (typeof value === 'number') of.set(id, withFill(of.get(id) ?? [], use.now(), value))
    }
    line.fills = of
    return of
  }

  return {
    read(line, reading) {
      const judge = use.judge()
      if (judge === null || line.points.length === 0) return
      const omens = omensOf(line)
      // Most tell of no end, and then there is something to do only when that is new.
      if (omens.isNone && reading.points === undefined) return
      const fill = follow(line, omens, reading)
      for (const [name, reason] of endsOf(omens, reading.values, (id) => fullInMs(fill.get(id) ?? []))) {
        // One hot reading may be chance; power and storage are told as they are.
        const isChance = name === 'temperature-critical' && reason !== null && !line.wasHot
        if (name === 'temperature-critical') line.wasHot = reason !== null
        if (!isChance) judge.foresee(line.device, line.index === 0 ? name : `${name} ${line.index}`, reason)
      }
    },
  }
}
