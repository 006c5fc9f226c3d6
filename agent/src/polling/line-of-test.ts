/** A line whose device answers as the test says; only for tests of the schedule. */
import type { CheckOutcome, Reading } from '../drivers/index.ts'
import { freshLine, type Line } from './lines.ts'

export function lineOf(answers: {
  check?: (signal: AbortSignal) => Promise<CheckOutcome>
  poll?: () => Promise<Reading>
}): Line {
  return freshLine({
    device: 'cam-01',
    address: '10.0.4.7',
    index: 0,
    connection: { driver: 'tcp', port: 80 },
    hasSecret: false,
    session: {
      check: ({ signal }) => answers.check?.(signal) ?? Promise.resolve({ ok: true, tookMs: 1 }),
      poll: () => answers.poll?.() ?? Promise.resolve({ values: {}, errors: [] }),
      close: () => undefined,
    },
  })
}
