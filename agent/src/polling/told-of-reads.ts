/** What a poll brought, or why it brought nothing, as records and marks. */
import type { StewardError } from '@steward/shared/errors'
import type { TopologyFindings } from '@steward/shared/topology'
import type { Reading } from '../drivers/index.ts'
import type { Clock, Log } from './contract.ts'
import type { Journal } from './journal.ts'
import type { Judge } from './judge.ts'
import type { Line } from './lines.ts'
import { mergedPoints, renamedValues } from './merge-points.ts'
import { mergedTopology } from './merge-topology.ts'
import { refusedReason } from './words.ts'

/** The mark of the diagnosis for refused credentials. */
const credentialsMark = 'credentials'
/** A single failed poll may be a lost packet; a device that answers its checks but not these is a person's business. */
const failuresToTell = 3
/** Drivers that prove who asks. */
const provingDrivers = new Set(['snmp', 'onvif', 'http', 'rtsp', 'mqtt'])

export function createReadTeller(use: {
  journal: Journal
  clock: Clock
  log: Log
  linesOf: (device: string) => readonly Line[]
  judge: () => Judge | null
}): {
  read: (line: Line, reading: Reading) => void
  failed: (line: Line, error: StewardError) => void
  /** Says whether the device has a secret and whether it works; `isNew`: it is another one than before. */
  tellSecret: (device: string, isNew?: boolean) => void
} {
  const { journal, log } = use
  const wallNow = (): number => Math.round(use.clock.wallMs())

  const tellSecret = (device: string, isNew = false): void => {
    const lines = use.linesOf(device).filter((it) => provingDrivers.has(it.connection.driver))
    if (lines.length === 0) return
    const set = lines.some((it) => it.hasSecret)
    const isRefused = lines.some((it) => it.refusals > 0)
    const works = !set ? null : isRefused ? false : lines.some((it) => it.hasWorked) ? true : null
    // After a restart nothing is known before it is tried: then what was told last still holds.
    if (works === null && !isNew && journal.toldOf(device).secret?.set === set) return
    journal.secret(device, wallNow(), { set, works })
  }

  /** Points are told whole. Until all connections were read that is only what is known so far: enough when nothing was told. */
  const tellPoints = (device: string, at: number): void => {
    const lines = use.linesOf(device)
    const isWhole = lines.every((it) => it.hasWorked)
    const isAllThereIs = lines.every((it) => it.isTried) && journal.toldOf(device).points === ''
    const points = isWhole || isAllThereIs ? mergedPoints(lines) : []
    if (points.length > 0) journal.points(device, at, points)
  }

  const places = new WeakMap<Line, TopologyFindings>()
  const keyOf = (line: Line): string => `read:${line.device}:${line.index}`

  return {
    tellSecret,
    read(line, reading) {
      const at = wallNow()
      const { device, index } = line
      if (reading.identity !== undefined && Object.keys(reading.identity).length > 0)
        journal.identity(device, at, reading.identity)
      if (reading.findings?.topology !== undefined) {
        places.set(line, reading.findings.topology)
        const all = use.linesOf(device).flatMap((it) => places.get(it) ?? [])
        journal.topology(device, at, mergedTopology(all))
      }
      if (reading.points !== undefined) {
        line.points = reading.points
        tellPoints(device, at)
      }
      const before = (): readonly Line[] => use.linesOf(device).slice(0, index)
      const values = index === 0 ? reading.values : renamedValues(reading.values, index, before())
      if (hasAny(values)) journal.samples(device, at, values)
      if (line.isWell) return
      line.isWell = true
      journal.problem(keyOf(line), device, at, null)
      tellSecret(device)
      use.judge()?.mark(
        device,
        credentialsMark,
        use.linesOf(device).some((it) => it.refusals > 0),
        refusedReason,
      )
    },
    failed(line, error) {
      for (const it of use.linesOf(line.device)) it.isWell = false
      const at = wallNow()
      const { device } = line
      const isRefusal = error.code === 'driver/refused-credentials'
      const isForPeople = isRefusal || error.code === 'driver/no-secret' || error.code === 'system/internal'
      const isTold = isForPeople || line.failures >= failuresToTell
      const isNew = journal.problemOf(keyOf(line)) !== error.code
      if (error.code === 'system/internal') log.error({ device, code: error.code, err: error }, 'a driver failed')
      else if (isTold && isNew) log.warn({ device, code: error.code }, error.message)
      if (journal.toldOf(device).points === '') tellPoints(device, at)
      if (isTold) journal.problem(keyOf(line), device, at, { code: error.code, message: error.message })
      tellSecret(device)
      if (isRefusal) use.judge()?.mark(device, credentialsMark, true, refusedReason)
    },
  }
}

function hasAny(values: object): boolean {
  for (const _ in values) return true
  return false
}
