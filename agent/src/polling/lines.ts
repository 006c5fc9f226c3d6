/** A line is one connection of one device, with the driver's session that is open on it. */
import type { Connection, DeviceModel, PointDescriptor } from '@steward/shared/model'
import type { DeviceSecret } from '../drivers/contract.ts'
import type { DriverSession, Drivers, Reading } from '../drivers/index.ts'
import { openSession } from '../drivers/index.ts'
import type { Fed } from './feeds.ts'
import type { Fill } from './fill-trend.ts'
import type { Job } from './gate.ts'
import type { WatchedPoint } from './point-watch.ts'
import type { Task } from './questions.ts'
import { type Pace, unhurried } from './slowness.ts'
import { fractionOf } from './spread.ts'

export type Line = {
  device: string
  address: string
  /** place among the device's connections; the first is the one that is checked */
  index: number
  /** where in an interval it has its turn, 0 to 1 */
  turn: number
  connection: Connection
  hasSecret: boolean
  session: DriverSession
  /** polls in a row without an answer, and refused */
  failures: number
  refusals: number
  /** not to be read before this monotonic time (ms), so that refused credentials lock no account */
  refusedUntilMs: number
  /** false once it was closed, because the device is gone or is configured anew */
  isOpen: boolean
  isTried: boolean
  hasWorked: boolean
  points: readonly PointDescriptor[]
  /** of reading it; null: it was not read yet */
  job: (Job & Task<Reading>) | null
  /** what others remember of it, here since a map of their own for each costs more: whoever is named has it to itself */
  pace: Pace
  watched: readonly WatchedPoint[] | null
  fills: Map<string, Fill> | null
  wasHot: boolean
  feeds: readonly Fed[] | null
  /** its last poll was answered and told of: there is nothing new to say but the values */
  isWell: boolean
}

/** A line that nothing is known of yet. */
export function freshLine(
  of: Pick<Line, 'device' | 'address' | 'index' | 'connection' | 'hasSecret' | 'session'>,
): Line {
  return {
    ...of,
    turn: fractionOf(`${of.device}#${of.index}`),
    failures: 0,
    refusals: 0,
    refusedUntilMs: 0,
    isOpen: true,
    isTried: false,
    hasWorked: false,
    points: [],
    job: null,
    pace: unhurried,
    watched: null,
    fills: null,
    wasHot: false,
    feeds: null,
    isWell: false,
  }
}

export type Lines = {
  /** Opens what is new or changed, closes what is gone, keeps the rest with all that it has learned. */
  replace(devices: readonly DeviceModel[]): void
  /** Opens the lines of a device anew with the secret that it has now. */
  reopen(device: string): void
  of(device: string): readonly Line[]
  closeAll(): void
}

export function createLines(
  drivers: Drivers,
  secretOf: (device: string, address: string) => DeviceSecret | null,
  onNews: (line: Line) => void,
): Lines {
  const open = new Map<string, { print: string; model: DeviceModel; lines: Line[] }>()

  const openLines = (model: DeviceModel): Line[] => {
    const { address } = model
    if (address === undefined) return []
    const secret = secretOf(model.id, address)
    return model.connections.map((connection, index) => {
      const session = openSession(drivers, { device: model.id, address, connection, secret })
      const line = freshLine({ device: model.id, address, index, connection, hasSecret: secret !== null, session })
      session.onNews?.(() => onNews(line))
      return line
    })
  }

  const close = (lines: readonly Line[]): void => {
    for (const line of lines) {
      line.isOpen = false
      line.session.close()
    }
  }

  return {
    replace(devices) {
      const wanted = new Set(devices.map((it) => it.id))
      for (const [id, { lines }] of open) {
        if (wanted.has(id)) continue
        close(lines)
        open.delete(id)
      }
      for (const model of devices) {
        const print = JSON.stringify([model.address, model.connections])
        const before = open.get(model.id)
        if (before?.print === print) continue
        close(before?.lines ?? [])
        open.set(model.id, { print, model, lines: openLines(model) })
      }
    },
    reopen(device) {
      const known = open.get(device)
      if (known === undefined) return
      close(known.lines)
      known.lines = openLines(known.model)
    },
    of: (device) => open.get(device)?.lines ?? [],
    closeAll() {
      for (const { lines } of open.values()) close(lines)
      open.clear()
    },
  }
}
