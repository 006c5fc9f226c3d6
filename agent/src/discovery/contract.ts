/** What every finder is: one way to find out whether somebody is at an address, and who. */
import type { FoundDevice } from '@steward/shared/discovery'
import type { Connection, DeviceKind, FinderName, Identity, Text } from '@steward/shared/model'
import type { DeviceSecret, Limits } from '../drivers/index.ts'
import type { AddressRange } from './addresses.ts'
import type { Pacer } from './pacer.ts'

/** What one question to one address brought. */
export type Finding = {
  by: FinderName
  /** what was heard, in one line for a person */
  text: Text
  openPort?: number
  identity?: Identity
  kind?: DeviceKind
  profile?: string
  /** how it could be looked after, as this question showed */
  connection?: Connection
  topology?: NonNullable<FoundDevice['topology']>
  /** asked next, now that somebody is there: who it is */
  next?: Question[]
}

/**
 * A question to one address; `packets` is about what it sends. Gives null, or throws StewardError, where the answer says
 * nothing: silence is the usual case.
 */
export type Question = { packets: number; ask(limits: Limits): Promise<Finding | null> }

/** What a question to everybody at once is given. Whoever is heard outside the range, or may not be dialled, is dropped. */
export type Call = {
  range: AddressRange
  pacer: Pacer
  mayDial(address: string): boolean
  heard(address: string, finding: Finding): void
  signal: AbortSignal
}

/**
 * A way of finding: what it asks of every address, of all at once while that goes on, and what it looks up at the end. The hooks throw
 * for faults of ours alone.
 */
export type Finder = {
  questions(address: string): Question[]
  callOut?(call: Call): Promise<void>
  lookBack?(call: Call): Promise<void>
  close?(): void
}

/** How a device that is looked after already is spoken to, so that it can be asked for its neighbours. */
export type KnownConnection = { connection: Connection; secret: DeviceSecret | null }
