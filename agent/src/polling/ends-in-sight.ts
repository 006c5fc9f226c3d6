/** What says that a device will end soon: its battery, its temperature, its storage. Pure (fault-levels.md, section 3, imminent). */
import type { PointValue, Text } from '@steward/shared/model'
import { chineseOf } from '@steward/shared/vocabulary'
import type { LearnedPoint } from '../drivers/index.ts'

/** By name of the mark: why it holds, or null where it does not; marks that nothing is said of are left out. */
export type Ends = Map<EndName, Text | null>
export type EndName = 'ups-on-battery' | 'ups-battery-low' | 'temperature-critical' | 'storage-nearly-full'

export type Seen = {
  points: readonly LearnedPoint[]
  values: Readonly<Record<string, PointValue>>
  /** milliseconds until the storage of a point is full; null: it does not fill, or not for long enough to say */
  fullInMs: (point: string) => number | null
}

const dayMs = 86_400_000
const outputSource = /output[.-]?source/i
const onBattery: ReadonlySet<string> = new Set(['battery', 'on battery'])
const lowBattery: ReadonlySet<string> = new Set(['low', 'depleted', 'battery low', 'battery depleted', 'low battery'])
/** Words of makers for a temperature at which a device ends; a mere warning is none. */
const tooHot: ReadonlySet<string> = new Set([
  'critical',
  'shutdown',
  'emergency',
  'over temperature',
  'critical temperature',
])
/** With less than that left the load goes down before anybody is there. */
const shortRuntimeS = 600

export function endsOf(seen: Seen): Ends {
  const ends: Ends = new Map()
  battery(seen, ends)
  temperature(seen, ends)
  storage(seen, ends)
  return ends
}

function battery({ points, values }: Seen, ends: Ends): void {
  const sources = words(
    values,
    points.filter((it) => outputSource.test(it.id)),
  )
  const isOn = sources.some((it) => onBattery.has(it))
  const runtimes = points.flatMap((it) => {
    const value = values[it.id]
    return it.class === 'runtime' && it.unit === 's' && typeof value === 'number' ? [value] : []
  })
  const leftS = runtimes.length === 0 ? null : Math.min(...runtimes)
  if (sources.length > 0) ends.set('ups-on-battery', isOn ? onBatteryFor(leftS) : null)
  const states = words(
    values,
    points.filter((it) => /battery[.-]state$/.test(it.id)),
  )
  // After an outage a battery is low on mains as well, while it is charged: that is no end.
  const isSafe = sources.length > 0 && !isOn
  const isShort = isOn && leftS !== null && leftS < shortRuntimeS
  const isLow = !isSafe && (isShort || states.some((it) => lowBattery.has(it)))
  if (states.length > 0 || sources.length > 0) ends.set('ups-battery-low', isLow ? batteryLow : null)
}

const batteryLow: Text = { zh: '电池即将耗尽', en: 'its battery is nearly empty' }

function onBatteryFor(leftS: number | null): Text {
  if (leftS === null) return { zh: 'UPS 正在用电池供电', en: 'UPS on battery' }
  const minutes = Math.floor(leftS / 60)
  return { zh: `UPS 正在用电池供电，预计可维持 ${minutes} 分钟`, en: `UPS on battery, ${minutes} min left` }
}

function temperature({ points, values }: Seen, ends: Ends): void {
  for (const point of points) {
    const value = values[point.id]
    if (!isOfHeat(point) || value === null || value === undefined) continue
    const isHot = typeof value === 'string' ? tooHot.has(value) : Number(value) > (point.limits?.high ?? Infinity)
    if (isHot) ends.set('temperature-critical', hot(point, value))
    else if (!ends.has('temperature-critical')) ends.set('temperature-critical', null)
  }
}

/** A limit that the profile of a device states, and not one of a room that it measures: points that are watched are told as such. */
function isOfHeat({ class: kind, id, name, limits, watch }: LearnedPoint): boolean {
  if (kind === 'state') return /temperature/i.test(id) || /temperature/i.test(name)
  return kind === 'temperature' && limits?.high !== undefined && watch === undefined
}

function hot(point: LearnedPoint, value: PointValue): Text {
  if (typeof value === 'string') return { zh: '温度已超过临界值', en: 'its temperature is past critical' }
  const bounds = `${value} ${point.unit}`
  return {
    zh: `${chineseOf(point.name)}为 ${bounds}，已超过临界值 ${point.limits?.high} ${point.unit}`,
    en: `${point.name} is ${bounds}, past its critical ${point.limits?.high} ${point.unit}`,
  }
}

function storage({ points, fullInMs }: Seen, ends: Ends): void {
  const filling = points.filter(isStorage)
  if (filling.length === 0) return
  const least = Math.min(...filling.map((it) => fullInMs(it.id) ?? Number.POSITIVE_INFINITY))
  const hours = Math.max(1, Math.round(least / 3_600_000))
  const text = { zh: `存储约 ${hours} 小时后写满`, en: `its storage is full in about ${hours} h` }
  ends.set('storage-nearly-full', least < dayMs ? text : null)
}

/** A share of a storage that is used. */
export function isStorage(point: LearnedPoint): boolean {
  return point.class === 'storage' && (point.unit === '%' || point.unit === '')
}

function words(values: Seen['values'], points: readonly LearnedPoint[]): string[] {
  return points.flatMap((it) => {
    const value = values[it.id]
    return typeof value === 'string' ? [value] : []
  })
}
