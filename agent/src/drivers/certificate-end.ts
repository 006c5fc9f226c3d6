/** How long a server's certificate still lasts, wherever one is shown. */
import type { PeerCertificate } from 'node:tls'
import type { LearnedPoint } from './contract.ts'

const dayMs = 86_400_000

export const certificateEnd: LearnedPoint = {
  id: 'tls.days-left',
  class: 'certificate',
  instance: '',
  name: 'Certificate valid for',
  unit: 'd',
  // Long enough for a person to have another one made.
  limits: { low: 14 },
  watch: { isDirect: false },
}

/** In days, negative when it has ended; null where it tells no end. `nowMs` since 1970. */
export function daysLeft(certificate: PeerCertificate, nowMs: number): number | null {
  const until = Date.parse(certificate.valid_to)
  return Number.isNaN(until) ? null : (until - nowMs) / dayMs
}
