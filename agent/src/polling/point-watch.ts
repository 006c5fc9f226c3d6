/** Whether a point is as it should be: its value against its limits or its bad words, judged over two readings. Pure. */
import type { PointValue, Text } from '@steward/shared/model'
import { chineseOf, chineseState } from '@steward/shared/vocabulary'
import type { LearnedPoint } from '../drivers/index.ts'

/** How often in a row the last readings said the contrary of what holds. */
export type Watched = { isBad: boolean; contrary: number }

/** A point that is watched, the mark that it has in the diagnosis, and how it is. */
export type WatchedPoint = { point: LearnedPoint; mark: string; watched: Watched | null }

export const unwatched: Watched = { isBad: false, contrary: 0 }

/** One reading out of the way may be chance; two are told, and two of the other sort end it. */
const readingsToTell = 2

export function onValue(before: Watched, isBad: boolean): Watched {
  if (isBad === before.isBad) return { isBad, contrary: 0 }
  const contrary = before.contrary + 1
  return contrary >= readingsToTell ? { isBad, contrary: 0 } : { isBad: before.isBad, contrary }
}

/** Null: the value says nothing, because it is not known or the point has no limit that fits it. */
export function isBad({ limits, watch }: LearnedPoint, value: PointValue): boolean | null {
  if (watch === undefined || value === null) return null
  if (typeof value === 'string') return watch.states === undefined ? null : watch.states.includes(value)
  if (typeof value !== 'number' || limits === undefined) return null
  return value < (limits.low ?? Number.NEGATIVE_INFINITY) || value > (limits.high ?? Number.POSITIVE_INFINITY)
}

/** A half sentence: which point, how it is, and how it should be. */
export function watchReason(point: LearnedPoint, value: PointValue): Text {
  const instance = point.instance === '' ? '' : ` (${point.instance})`
  const name = { zh: `${chineseOf(point.name)}${instance}`, en: `${point.name}${instance}` }
  if (typeof value === 'string') return { zh: `${name.zh}：${chineseState(value)}`, en: `${name.en}: ${value}` }
  const unit = point.unit === '' ? '' : ` ${point.unit}`
  const { low, high } = point.limits ?? {}
  const isLow = low !== undefined && Number(value) < low
  const bound = `${isLow ? low : high}${unit}`
  return {
    zh: `${name.zh}为 ${value}${unit}，${isLow ? '低于' : '高于'} ${bound}`,
    en: `${name.en} is ${value}${unit}, ${isLow ? 'below' : 'above'} ${bound}`,
  }
}
