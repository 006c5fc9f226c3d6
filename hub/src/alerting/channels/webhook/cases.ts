import type { ChannelCase } from '../cases.ts'

export const cases: ChannelCase[] = [
  { title: 'any 2xx is taken, whatever its body', answer: { http: 202, text: '<html>' }, outcome: 'sent' },
  { title: '401 is a refusal', answer: { http: 401 }, outcome: 'alerts/refused' },
  { title: '410 is a refusal', answer: { http: 410 }, outcome: 'alerts/refused' },
  { title: '500 is tried again', answer: { http: 500 }, outcome: 'alerts/unreachable' },
  {
    title: '503 with Retry-After says when',
    answer: { http: 503, headers: { 'retry-after': '7' } },
    outcome: 'alerts/unreachable',
    retryAfterMs: 7000,
  },
  {
    title: '429 with Retry-After says when',
    answer: { http: 429, headers: { 'retry-after': '120' } },
    outcome: 'alerts/rate-limited',
    retryAfterMs: 120_000,
  },
  { title: '429 alone waits a minute', answer: { http: 429 }, outcome: 'alerts/rate-limited', retryAfterMs: 60_000 },
]
