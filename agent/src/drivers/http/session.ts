/** One web server over time. */
import type { ConnectionOf } from '@steward/shared/model'
import { certificateEnd, daysLeft } from '../certificate-end.ts'
import { clockDrift, createClockWatch, driftSeconds } from '../clock-drift.ts'
import type { DriverSession, LearnedPoint, Reading, Target } from '../contract.ts'
import { createHttpAuth, type HttpAuth, sendAuthenticated } from '../http-auth.ts'
import { createHttpClient, type HttpResponse } from '../http-client.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { textIn } from './body-text.ts'
import { answerState, stateOf } from './expectation.ts'
import { createProfileReader, type ProfileReader } from './profile-reader.ts'
import type { HttpProfile } from './profiles/schema.ts'
import { answerOf, createAsk } from './questions.ts'
import { configuredPoints, readValues } from './read-values.ts'

type Http = ConnectionOf<'http'>

const status = { id: 'http.status', class: 'status', instance: '', name: 'HTTP status', unit: '' }
const latency = { id: 'http.latency', class: 'latency', instance: '', name: 'Time to answer', unit: 's' }

/** The Date header tells whole seconds. */
const secondMs = 1000

export function openHttpSession(
  profiles: readonly HttpProfile[],
  { address, connection, secret }: Target<Http>,
): DriverSession {
  const client = createHttpClient({ address, port: connection.port, tls: connection.tls })
  const auth = authOf(secret)
  const clock = createClockWatch()
  const reader = readerFor(connection, profiles, createAsk(client, auth))
  // Nobody wants anything of this page itself: then the question that proves the login does for both.
  const isPlain = isUsual(connection) && connection.expect === undefined
  let told = ''
  let hasDate = false

  const readDate = (response: HttpResponse, tookMs: number): Reading['values'] => {
    // A server that does not know the time leaves the date out (RFC 9110, section 6.6.1); then there is no such point.
    const dated = dateOf(response)
    hasDate ||= dated !== null
    if (!hasDate) return {}
    const offset =
      dated === null ? null : clock.take({ toldMs: dated, resolutionMs: secondMs, tookMs, endedMs: Date.now() })
    return { [clockDrift.id]: offset === null ? null : driftSeconds(offset) }
  }
  const pointsIfNew = (points: LearnedPoint[]): { points?: LearnedPoint[] } => {
    const print = JSON.stringify(points.map((it) => [it.id, it.instance]))
    if (print === told) return {}
    told = print
    return { points }
  }

  return {
    // Whoever answers is up, whatever the status; no password goes out with a check, so none can be locked by it.
    check: (limits) =>
      checkOutcomeOf(async () => {
        await client.send({ method: 'GET', path: connection.path }, limits)
      }),
    async poll(limits) {
      const proof = isPlain ? (reader?.proof() ?? null) : null
      const path = proof ?? connection.path
      const started = performance.now()
      const response = await sendAuthenticated(client, auth, { method: 'GET', path }, limits)
      const tookMs = performance.now() - started
      const first = path === reader?.proof() ? answerOf(response, path, tookMs) : null
      const own = { [status.id]: response.status, [latency.id]: tookMs / 1000, ...stateValue(response, connection) }
      const dated = readDate(response, tookMs)
      const values = { ...own, ...certificateValue(response), ...dated }
      const byProfile = await reader?.read(first, limits)
      const configured = readValues(textIn(response.body, response.headers['content-type']), connection.values)
      const points = [...ownPoints(connection, hasDate), ...(byProfile?.points ?? [])]
      return {
        ...(byProfile?.identity === undefined ? {} : { identity: byProfile.identity }),
        ...(byProfile?.findings === undefined ? {} : { findings: byProfile.findings }),
        ...pointsIfNew(uniquePoints(points)),
        values: { ...byProfile?.values, ...values, ...configured.values, ...clockOf(byProfile?.values, dated) },
        errors: [...configured.errors, ...(byProfile?.errors ?? [])],
      }
    },
    close: () => client.close(),
  }
}

function isUsual({ path, values }: Http): boolean {
  return path === '/' && values.length === 0
}

function readerFor(
  connection: Http,
  profiles: readonly HttpProfile[],
  ask: ReturnType<typeof createAsk>,
): ProfileReader | null {
  const { profile } = connection
  if (profile === 'none' || (profile === undefined && !isUsual(connection))) return null
  return createProfileReader(profiles, profile ?? null, ask)
}

function authOf(secret: Target['secret']): HttpAuth | null {
  if (secret?.password === undefined) return null
  return createHttpAuth({ user: secret.user ?? '', password: secret.password }, true)
}

/** ms since 1970, null where it tells no date. */
function dateOf({ headers }: HttpResponse): number | null {
  const at = Date.parse(headers.date ?? '')
  return Number.isNaN(at) ? null : at
}

/** What the device's own interface says of its clock, before what its web server says. */
function clockOf(byProfile: Reading['values'] | undefined, dated: Reading['values']): Reading['values'] {
  const told = byProfile?.[clockDrift.id] ?? dated[clockDrift.id]
  return told === undefined ? {} : { [clockDrift.id]: told }
}

function ownPoints(connection: Http, hasDate: boolean): LearnedPoint[] {
  return [
    status,
    latency,
    ...(connection.expect === undefined ? [] : [answerState]),
    ...(connection.tls ? [certificateEnd] : []),
    ...(hasDate ? [clockDrift] : []),
    ...configuredPoints(connection.values),
  ]
}

function uniquePoints(points: readonly LearnedPoint[]): LearnedPoint[] {
  return [...new Map(points.toReversed().map((it) => [it.id, it])).values()].reverse()
}

function stateValue(response: HttpResponse, { expect }: Http): Record<string, string> {
  return expect === undefined ? {} : { [answerState.id]: stateOf(response, expect) }
}

function certificateValue(response: HttpResponse): Record<string, number | null> {
  if (response.certificate === null) return {}
  return { [certificateEnd.id]: daysLeft(response.certificate, Date.now()) }
}
