/** Keeps a talkative device from filling the outbox: repeats are counted, and so is what comes too fast. Pure: time comes in. */
import type { DeviceMessage } from '@steward/shared/model'

export type Told = { device: string; message: DeviceMessage }

export type Coalescing = {
  /** What is to be told at once: the message itself, or nothing when it was counted. */
  take(nowMs: number, device: string, message: DeviceMessage): Told[]
  /** What was counted and is due now. */
  due(nowMs: number): Told[]
  /** Whether anything was counted that is still to be told. */
  hasMore(): boolean
}

/** Messages of one kind are told once in this time; those in between with the next, as their number. */
const repeatMs = 10_000
/** A device may tell this many at once, and then this many a second. */
const burst = 20
const perSecond = 2
const kindsPerDevice = 20
const kindsInAll = 10_000
/** What a message is called that stands for others which came too fast. */
export const tooMany = '…'

type Repeat = { untilMs: number; count: number; last: DeviceMessage }
type Device = { tokens: number; atMs: number; kinds: Map<string, Repeat>; excess: Repeat | null }

export function createCoalescing(): Coalescing {
  const devices = new Map<string, Device>()
  let kinds = 0
  const deviceOf = (name: string, nowMs: number): Device => {
    const known = devices.get(name) ?? { tokens: burst, atMs: nowMs, kinds: new Map(), excess: null }
    known.tokens = Math.min(burst, known.tokens + ((nowMs - known.atMs) / 1000) * perSecond)
    known.atMs = nowMs
    devices.set(name, known)
    return known
  }
  return {
    take(nowMs, name, message) {
      const device = deviceOf(name, nowMs)
      const kind = JSON.stringify([message.protocol, message.name, message.text])
      const repeat = device.kinds.get(kind)
      if (repeat !== undefined && nowMs < repeat.untilMs) {
        repeat.count += message.count
        repeat.last = message
        return []
      }
      const isFull = device.kinds.size >= kindsPerDevice || kinds >= kindsInAll
      if (device.tokens < 1 || (repeat === undefined && isFull)) {
        const excess = device.excess ?? { untilMs: nowMs + repeatMs, count: 0, last: message }
        device.excess = excess
        excess.count += message.count
        excess.last = message
        return []
      }
      device.tokens -= 1
      const counted = repeat?.count ?? 0
      if (repeat === undefined) kinds += 1
      device.kinds.set(kind, { untilMs: nowMs + repeatMs, count: 0, last: message })
      return [{ device: name, message: { ...message, count: message.count + counted } }]
    },
    due(nowMs) {
      const told: Told[] = []
      for (const [name, device] of devices) {
        for (const [kind, repeat] of device.kinds) {
          if (nowMs < repeat.untilMs) continue
          if (repeat.count > 0) told.push({ device: name, message: { ...repeat.last, count: repeat.count } })
          device.kinds.delete(kind)
          kinds -= 1
        }
        const { excess } = device
        if (excess !== null && nowMs >= excess.untilMs) {
          const { protocol } = excess.last
          const message = { protocol, name: tooMany, urgency: null, text: '', fields: {}, count: excess.count }
          told.push({ device: name, message })
          device.excess = null
        }
        if (device.kinds.size === 0 && device.excess === null) devices.delete(name)
      }
      return told
    },
    hasMore: () => devices.size > 0,
  }
}
