/** A prepared question on its way to one target, until its answer is here or does not come. */
import type { SnmpFailure, SnmpTarget, WaitLimits } from './contract.ts'
import { type Answer, type GetQuestion, readAnswer } from './get-question.ts'
import type { V3Session } from './v3-session.ts'
import type { Waiting } from './waiting-room.ts'

/** A question to one target. Its datagram is this target's own, since it is changed at every request; in version 3 each is another. */
export type Asked = { target: SnmpTarget; question: GetQuestion; sent: { datagram: Buffer; idAt: number } | null }

/**
 * What becomes of the answer. `context` is whatever was given with the question: these functions are made once and not for each.
 * `timeoutMs` and `retries` are what is left by then.
 */
export type UseOfAnswer<C, T> = {
  answer(context: C, answer: Answer): T | Promise<T>
  otherwise(context: C, timeoutMs: number, retries: number): Promise<T>
  /** what to reject with */
  failed(context: C, failure: unknown): unknown
}

/** `limits`: of the first try. */
export type Question<C, T> = {
  asked: Asked
  use: UseOfAnswer<C, T>
  context: C
  limits: WaitLimits & { timeoutMs: number }
  retries: number
}

/** Each try waits this much longer than the one before. */
export const slower = 1.5

/** A class, since an object with its closures for each datagram takes several times the room. */
export class Asking<C, T> implements Waiting {
  readonly question: Question<C, T>
  readonly id: number
  readonly session: V3Session | null
  readonly deadlineMs: number
  readonly resolve: (result: T | Promise<T>) => void
  readonly reject: (why: unknown) => void

  constructor(
    question: Question<C, T>,
    id: number,
    session: V3Session | null,
    resolve: (result: T | Promise<T>) => void,
    reject: (why: unknown) => void,
  ) {
    this.question = question
    this.id = id
    this.session = session
    this.deadlineMs = performance.now() + question.limits.timeoutMs
    this.resolve = resolve
    this.reject = reject
  }

  get address(): string {
    return this.question.asked.target.address
  }

  get port(): number {
    return this.question.asked.target.port
  }

  get timeoutMs(): number {
    return this.question.limits.timeoutMs
  }

  get limits(): WaitLimits {
    return this.question.limits
  }

  take(datagram: Buffer, pduAt: number): void {
    const { asked, use, context, limits, retries } = this.question
    try {
      const answer = this.#read(asked.question, datagram, pduAt)
      this.resolve(answer === null ? use.otherwise(context, limits.timeoutMs, retries) : use.answer(context, answer))
    } catch (error) {
      this.reject(use.failed(context, error))
    }
  }

  /** Who is silent is asked again in the general way, which also knows what to say of it. */
  fail(failure: SnmpFailure): void {
    const { use, context, limits, retries } = this.question
    if (failure.kind !== 'timeout' || retries === 0) this.reject(use.failed(context, failure))
    else this.resolve(use.otherwise(context, Math.round(limits.timeoutMs * slower), retries - 1))
  }

  #read(question: GetQuestion, datagram: Buffer, pduAt: number): Answer | null {
    if (this.session === null) return readAnswer(question, datagram, pduAt)
    const opened = this.session.open(datagram, this.id)
    return opened === null ? null : readAnswer(question, opened.plain, opened.pduAt)
  }
}
