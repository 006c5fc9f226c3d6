/** What the parts of the engine say to each other: targets, failures, and the use of the sockets. */
import type { UsmUser } from './usm.ts'

export type SnmpTarget = { address: string; port: number } & (
  | { version: 'v1' | 'v2c'; community: string }
  | { version: 'v3'; user: UsmUser; context: string }
)

/** Why a request gave nothing; the driver turns it into words. `refused`: the target does not take the credentials. */
export class SnmpFailure extends Error {
  readonly kind: 'timeout' | 'unreachable' | 'refused' | 'protocol' | 'aborted' | 'too-big'
  constructor(kind: SnmpFailure['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

/** The signal is looked at every few hundredths of a second: listening to it would cost more than the request. */
export type WaitLimits = { signal?: AbortSignal }

export type RequestOptions = WaitLimits & {
  /** of the first try, ms; each retry waits half as long again */
  timeoutMs: number
  retries: number
}

/** What a session may do with the sockets: send, and wait for the answer that carries `id`. */
export type Exchange = {
  nextId(): number
  once(target: SnmpTarget, id: number, datagram: Buffer, timeoutMs: number, options: RequestOptions): Promise<Buffer>
}
