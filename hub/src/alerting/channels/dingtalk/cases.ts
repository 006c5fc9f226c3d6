import type { ChannelCase } from '../cases.ts'

export const cases: ChannelCase[] = [
  { title: 'errcode 0 is taken', answer: { http: 200, json: { errcode: 0, errmsg: 'ok' } }, outcome: 'sent' },
  {
    title: '130101 bars the robot for ten minutes',
    answer: { http: 200, json: { errcode: 130101, errmsg: 'send too fast' } },
    outcome: 'alerts/rate-limited',
    retryAfterMs: 600_000,
  },
  {
    title: '310000 is a wrong signature or keyword',
    answer: { http: 200, json: { errcode: 310000, errmsg: 'sign not match' } },
    outcome: 'alerts/refused',
  },
  {
    title: '300001 is a wrong token',
    answer: { http: 200, json: { errcode: 300001, errmsg: 'token is not exist' } },
    outcome: 'alerts/refused',
  },
  { title: '-1 is tried again', answer: { http: 200, json: { errcode: -1 } }, outcome: 'alerts/unreachable' },
  {
    title: 'a page instead of an answer is no robot',
    answer: { http: 200, text: '<html>' },
    outcome: 'alerts/refused',
  },
]
