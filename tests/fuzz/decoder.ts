/** What is fuzzed: something that takes bytes from a stranger. */
import type { Chance } from './chance.ts'

export type Decoder = {
  /** whole messages, as well-behaved senders make them */
  corpus: readonly Buffer[]
  /** words that mean something to it, put in anywhere */
  tokens?: readonly Buffer[]
  /** what opens and closes a nested value of its language */
  nests?: readonly (readonly [Buffer, Buffer])[]
  /** messages under way at once; more than one only for those that come over sockets */
  atOnce?: number
  /** an answer fits one conversation alone, so that even a right one is refused in another */
  isNeverRead?: boolean
  /** an error that it may end with: its own, typed one */
  isRefusal(error: unknown): boolean
  open(): Opened | Promise<Opened>
}

export type Opened = {
  /** Gives or resolves to null where the message is passed over; throws or rejects where it is refused. */
  decode(message: Buffer, chance: Chance): unknown
  close?(): void | Promise<void>
}

export const bytes = (...texts: readonly string[]): Buffer[] => texts.map((it) => Buffer.from(it))
export const hex = (...texts: readonly string[]): Buffer[] =>
  texts.map((it) => Buffer.from(it.replace(/\s/g, ''), 'hex'))
