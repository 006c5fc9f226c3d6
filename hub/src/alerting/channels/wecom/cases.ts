import type { ChannelCase } from '../cases.ts'

export const cases: ChannelCase[] = [
  { title: 'errcode 0 is taken', answer: { http: 200, json: { errcode: 0, errmsg: 'ok' } }, outcome: 'sent' },
  {
    title: '45009 asks to wait',
    answer: { http: 200, json: { errcode: 45009, errmsg: 'api freq out of limit' } },
    outcome: 'alerts/rate-limited',
    retryAfterMs: 60_000,
  },
  {
    title: '93000 is a wrong key',
    answer: { http: 200, json: { errcode: 93000, errmsg: 'invalid webhook url' } },
    outcome: 'alerts/refused',
  },
  { title: '-1 is tried again', answer: { http: 200, json: { errcode: -1 } }, outcome: 'alerts/unreachable' },
  {
    title: 'a page instead of an answer is no robot',
    answer: { http: 200, text: '<html>' },
    outcome: 'alerts/refused',
  },
  { title: 'JSON of another shape is no robot', answer: { http: 200, json: { ok: true } }, outcome: 'alerts/refused' },
]
