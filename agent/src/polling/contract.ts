/** What the agent gives to polling, and what it gets back. */
import type { OpenFault } from '@steward/shared/diagnosis'
import type { AgentConfig, DeviceModel } from '@steward/shared/model'
import type { AgentRecord, AgentStatus, CheckResult, ConfigReceipt } from '@steward/shared/wire'
import type { DeviceSecret } from '../drivers/contract.ts'

/** Both clocks in milliseconds: instants are taken from `wallMs` (since 1970), durations from `monotonicMs`. */
export type Clock = { wallMs(): number; monotonicMs(): number }

/** The part of a pino logger that polling uses. */
export type Log = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type PollingOptions = {
  /** The secret that the vault holds for this device at this address, null where none is. Asked again after `secretChanged`. */
  secretOf(device: string, address: string): DeviceSecret | null
  /** Whether an address lies inside the networks that were allowed at enrolment (the local flag for loopback included). */
  isAllowed(address: string): boolean
  /**
   * Takes records for the outbox and, where `state` is given, what has changed of the saved state, by name (null: it is
   * gone): both in one transaction, so that a fault is never told without being remembered, or the reverse. Must not throw for a
   * full outbox.
   */
  record(records: readonly AgentRecord[], state: Readonly<Record<string, string | null>> | null): void
  /** What `record` was given as state and was not taken away; empty at the first start. Belongs to polling: keep it as it is. */
  savedState: Readonly<Record<string, string>>
  log: Log
  clock?: Clock
  /** where is kept how cameras' pictures usually are; left out: they are not judged */
  picturesFile?: string
  /** folder of the device profiles, where it is not the one beside the program */
  profilesFolder?: string
}

export type ConfigProblem = ConfigReceipt['problems'][number]

export type PollingStatus = { devices: AgentStatus['devices']; openFaults: OpenFault[] }

export type Polling = {
  /** Puts a configuration into force; what is wrong in it disables only that item and is named in the answer. Never throws for it. */
  applyConfig(config: AgentConfig): ConfigProblem[]
  /** The vault holds another secret for this device, or none any more: try it at once, whatever was refused before. */
  secretChanged(device: string): void
  /** Checks and reads one device now, beside the schedule. Throws `input/not-found` for a device that is not configured. */
  checkNow(device: string): Promise<CheckResult>
  /** A device in force, as configured (its address is inside the allowed networks); undefined where there is none. */
  deviceOf(device: string): DeviceModel | undefined
  /** All of them. */
  devices(): DeviceModel[]
  status(): PollingStatus
  /** Ends all questions under way, closes all sockets, saves the state. */
  stop(): Promise<void>
}
