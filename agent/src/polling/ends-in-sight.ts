/** What says that a device will end soon: its battery, its temperature, its storage. Pure (fault-levels.md, section 3, imminent). */
import type { PointValue, Text } from '@steward/shared/model'
import { chineseOf } from '@steward/shared/vocabulary'
import type { LearnedPoint } from '../drivers/index.ts'

/** By name of the mark: why it holds, or null where it does not; marks that nothing is said of are left out. */
export type Ends = Map<EndName, Text | null>
export type EndName = 'ups-on-battery' | 'ups-battery-low' | 'temperature-critical' | 'storage-nearly-full'

type Points = readonly LearnedPoint[]
type Values = Readonly<Record<string, PointValue>>
/** Those of a device's points that tell of its end, by what they tell. */
export type Omens = {
  sources: Points
  states: Points
  runtimes: Points
  heat: Points
  storages: Points
  /** no point tells of any */
  isNone: boolean
}

const dayMs = 86_400_000
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

/** To be asked once for points that stay the same. */
export function omensIn(points: Points): Omens {
  const by = {
    sources: points.filter((it) => /output[.-]?source/i.test(it.id)),
    states: points.filter((it) => /battery[.-]state$/.test(it.id)),
    runtimes: points.filter((it) => it.class === 'runtime' && it.unit === 's'),
    heat: points.filter(isOfHeat),
    storages: points.filter((it) => it.class === 'storage' && (it.unit === '%' || it.unit === '')),
  }
  return { ...by, isNone: Object.values(by).every((it) => it.length === 0) }
}

/** `fullInMs`: until the storage of a point is full; null: it does not fill, or not for long enough to say. */
export function endsOf(omens: Omens, values: Values, fullInMs: (point: string) => number | null): Ends {
  const ends: Ends = new Map()
  battery(omens, values, ends)
  temperature(omens, values, ends)
  storage(omens, fullInMs, ends)
  return ends
}

/** A mark of a sort that no point tells of does not hold, and one that is told of in words not read now is left as it is. */
function battery({ sources, states, runtimes }: Omens, values: Values, ends: Ends): void {
  const from = words(values, sources)
  const isOn = from.some((it) => onBattery.has(it))
  const left = runtimes.map((it) => values[it.id]).filter((it) => typeof it === 'number')
  const leftS = left.length === 0 ? null : Math.min(...left)
  if (from.length > 0 || sources.length === 0) ends.set('ups-on-battery', isOn ? onBatteryFor(leftS) : null)
  const charge = words(values, states)
  // After an outage a battery is low on mains as well, while it is charged: that is no end.
  const isSafe = from.length > 0 && !isOn
  const isShort = isOn && leftS !== null && leftS < shortRuntimeS
  const isLow = !isSafe && (isShort || charge.some((it) => lowBattery.has(it)))
  const isTold = charge.length > 0 || from.length > 0 || sources.length + states.length === 0
  if (isTold) ends.set('ups-battery-low', isLow ? batteryLow : null)
}

const batteryLow: Text = { zh: '电池即将耗尽', en: 'its battery is nearly empty' }

function onBatteryFor(leftS: number | null): Text {
  if (leftS === null) return { zh: 'UPS 正在用电池供电', en: 'UPS on battery' }
  const minutes = Math.floor(leftS / 60)
  return { zh: `UPS 正在用电池供电，预计可维持 ${minutes} 分钟`, en: `UPS on battery, ${minutes} min left` }
}

function temperature({ heat }: Omens, values: Values, ends: Ends): void {
  if (heat.length === 0) ends.set('temperature-critical', null)
  for (const point of heat) {
    const value = values[point.id]
    if (value === null || value === undefined) continue
    const isHot = typeof value === 'string' ? tooHot.has(value) : Number(value) > (point.limits?.high ?? Infinity)
    if (isHot) ends.set('temperature-critical', hot(point, value))
    else if (!ends.has('temperature-critical')) ends.set('temperature-critical', null)
  }
}

/** A limit that the profile of a device states; points that are watched are told as degraded. */
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

function storage({ storages }: Omens, fullInMs: (point: string) => number | null, ends: Ends): void {
  const least = Math.min(...storages.map((it) => fullInMs(it.id) ?? Number.POSITIVE_INFINITY))
  const hours = Math.max(1, Math.round(least / 3_600_000))
  const text = { zh: `存储约 ${hours} 小时后写满`, en: `its storage is full in about ${hours} h` }
  ends.set('storage-nearly-full', least < dayMs ? text : null)
}

function words(values: Values, points: Points): string[] {
  return points.map((it) => values[it.id]).filter((it) => typeof it === 'string')
}
