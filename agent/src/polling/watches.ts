/** Watches the points of all devices: marks in the diagnosis those that are beyond a limit, and the ends that are in sight. */
import type { PollingSettings } from '@steward/shared/model'
import type { LearnedPoint, Reading } from '../drivers/index.ts'
import { createForesight } from './foresight.ts'
import type { Judge } from './judge.ts'
import type { Line } from './lines.ts'
import { renamed } from './merge-points.ts'
import { isBad, onValue, unwatched, type WatchedPoint, watchReason } from './point-watch.ts'

export type Watches = {
  /** To be called after the points of the reading were put into `line.points`. */
  read(line: Line, reading: Reading): void
}

const prefix = 'point:'

export function createWatches(use: {
  linesOf: (device: string) => readonly Line[]
  judge: () => Judge | null
  settings: () => PollingSettings
  /** monotonic, in ms; that of this machine when left out */
  now?: () => number
}): Watches {
  const foresight = createForesight({ judge: use.judge, now: use.now ?? (() => performance.now()) })

  const learn = (line: Line, points: readonly LearnedPoint[]): void => {
    const before = use.linesOf(line.device).slice(0, line.index)
    const old = line.watched ?? []
    const watched = points.filter((it) => it.watch !== undefined)
    line.watched = watched.map((point) => {
      const mark = prefix + renamed(point.id, line.index, before)
      return { point, mark, watched: old.find((it) => it.mark === mark)?.watched ?? null }
    })
  }

  /** A point that is not there any more is nothing to complain of. */
  const clear = (device: string, judge: Judge): void => {
    const lines = use.linesOf(device)
    if (lines.some((it) => it.watched === null)) return
    const there = new Set(lines.flatMap((it) => (it.watched ?? []).map(({ mark }) => mark)))
    for (const mark of judge.marksOf(device))
      if (mark.startsWith(prefix) && !there.has(mark)) judge.mark(device, mark, false, gone)
  }

  return {
    read(line, reading) {
      foresight.read(line, reading)
      const { points, values } = reading
      const judge = use.judge()
      if (judge === null) return
      if (points !== undefined) learn(line, points)
      for (const it of line.watched ?? none) {
        const point = withLimits(it.point, use.settings())
        const value = values[point.id] ?? null
        const bad = isBad(point, value)
        if (bad === null) continue
        // What a restart has forgotten the diagnosis still knows.
        const wasBad = judge.marksOf(line.device).has(it.mark)
        it.watched = onValue(it.watched ?? { ...unwatched, isBad: wasBad }, bad)
        if (it.watched.isBad === wasBad) continue
        judge.mark(line.device, it.mark, it.watched.isBad, watchReason(point, value), point.watch?.isDirect)
      }
      if (points !== undefined) clear(line.device, judge)
    },
  }
}

const none: readonly WatchedPoint[] = []
const gone = { zh: '该测点已不存在', en: 'the point is gone' }

function withLimits(point: LearnedPoint, { clockLimitMs }: PollingSettings): LearnedPoint {
  if (point.class !== 'clock-drift' || clockLimitMs === undefined) return point
  return { ...point, limits: { low: -clockLimitMs / 1000, high: clockLimitMs / 1000 } }
}
