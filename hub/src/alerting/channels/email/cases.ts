import type { ChannelCase } from '../cases.ts'

export const cases: ChannelCase[] = [
  {
    title: 'a refused login',
    answer: { smtp: 535, at: 'login', text: 'authentication failed' },
    outcome: 'alerts/refused',
  },
  {
    title: 'an unknown mailbox',
    answer: { smtp: 550, at: 'recipient', text: 'no such user' },
    outcome: 'alerts/refused',
  },
  { title: 'greylisting', answer: { smtp: 451, at: 'recipient', text: 'try later' }, outcome: 'alerts/unreachable' },
  {
    title: 'a mail refused as spam',
    answer: { smtp: 554, at: 'message', text: 'looks like spam' },
    outcome: 'alerts/refused',
  },
  {
    title: 'a full disk',
    answer: { smtp: 452, at: 'message', text: 'insufficient storage' },
    outcome: 'alerts/unreachable',
  },
  { title: 'a busy server', answer: { smtp: 421, at: 'greeting', text: 'too busy' }, outcome: 'alerts/unreachable' },
]
