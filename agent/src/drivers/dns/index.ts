/** DNS: whether a name server answers for a name, with what, and how fast. */
import type { ConnectionOf } from '@steward/shared/model'
import type { Driver, DriverSession, LearnedPoint, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { askName } from './ask.ts'

const failures = ['no-such-name', 'no-data', 'server-failed', 'refused', 'other-answer']
const state: LearnedPoint = {
  id: 'dns.state',
  class: 'state',
  instance: '',
  name: 'Answer to the name',
  unit: '',
  states: ['ok', ...failures],
  // Whoever looks the name up stands still.
  watch: { isDirect: true, states: failures },
}
const time = { id: 'dns.time', class: 'latency', instance: '', name: 'Time to answer', unit: 's' }
const answer = { id: 'dns.answer', class: 'text', instance: '', name: 'Answer', unit: '' }
const maxTextLength = 200

export function createDnsDriver(): Driver<'dns'> {
  return { name: 'dns', needsSecret: () => false, open: openSession, close: () => undefined }
}

function openSession({ address, connection }: Target<ConnectionOf<'dns'>>): DriverSession {
  const question = { address, ...connection }
  const source = `${connection.name} ${connection.type}`
  let told = false
  return {
    // Whoever answers is up, whatever the answer; that it is the wrong one is a poll's to say.
    check: (limits) => checkOutcomeOf(async () => void (await askName(question, limits))),
    async poll(limits) {
      const it = await askName(question, limits)
      const points = told ? {} : { points: [state, time, answer].map((point) => ({ ...point, source })) }
      told = true
      const isOther = it.state === 'ok' && !isExpected(it.answers, connection.expect)
      return {
        ...points,
        values: {
          [state.id]: isOther ? 'other-answer' : it.state,
          [time.id]: it.tookMs / 1000,
          // Servers turn the answers round to spread the load: in order, so that this is no change.
          [answer.id]: it.answers
            .toSorted()
            .join(', ')
            .replace(/\p{Cc}/gu, '')
            .slice(0, maxTextLength),
        },
        errors: [],
      }
    },
    close: () => undefined,
  }
}

/** Names are the same in capitals (RFC 1035, section 2.3.3), and so are addresses of IPv6. */
function isExpected(answers: readonly string[], expected: string | undefined): boolean {
  if (expected === undefined) return true
  const plain = (text: string): string => text.toLowerCase().replace(/\.$/, '')
  return answers.some((it) => plain(it) === plain(expected))
}
