/** Whether an answer is the one that somebody expects. */
import type { ConnectionOf } from '@steward/shared/model'
import type { LearnedPoint } from '../contract.ts'
import type { HttpResponse } from '../http-client.ts'

const failures = ['other-status', 'text-missing']

export const answerState: LearnedPoint = {
  id: 'http.state',
  class: 'state',
  instance: '',
  name: 'Answer',
  unit: '',
  states: ['ok', ...failures],
  // Whoever opens the page stands still.
  watch: { isDirect: true, states: failures },
}

type Expectation = NonNullable<ConnectionOf<'http'>['expect']>

/** Without a status, any that is no error will do. */
export function stateOf({ status, body }: HttpResponse, expected: Expectation): string {
  const isRight = expected.status === undefined ? status < 400 : expected.status.includes(status)
  if (!isRight) return 'other-status'
  const isThere = expected.text === undefined || body.includes(expected.text)
  return isThere ? 'ok' : 'text-missing'
}
