import { catalogue, type ErrorCode } from './catalogue.ts'

/** What to do next: try again by itself, have a person change something, or stop. */
export type NextStep = 'retry' | 'reconfigure' | 'give-up'

/**
 * An error for the person who must act. `message` is one line that says what happened, where, and what to do;
 * it never holds a secret. `code` is stable and documented.
 */
export class StewardError extends Error {
  readonly code: ErrorCode
  readonly area: string
  readonly next: NextStep
  readonly details: Readonly<Record<string, string | number | boolean>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, string | number | boolean> } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'StewardError'
    this.code = code
    this.area = code.split('/')[0] ?? 'system'
    this.next = catalogue[code].next
    this.details = options.details ?? {}
  }
}

/** Guard by class, or by code where one is given. */
export function isStewardError(error: unknown, code?: ErrorCode): error is StewardError {
  return error instanceof StewardError && (code === undefined || error.code === code)
}
