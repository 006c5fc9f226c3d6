/** HTTP(S): whether it answers, its status and latency, its clock, how long its certificate lasts, and values out of its answer. */
import type { ConnectionOf } from '@steward/shared/model'
import { certificateEnd, daysLeft } from '../certificate-end.ts'
import { clockDrift, createClockWatch, driftSeconds } from '../clock-drift.ts'
import type { Driver, DriverSession, LearnedPoint, Target } from '../contract.ts'
import { createHttpAuth, type HttpAuth, sendAuthenticated } from '../http-auth.ts'
import { createHttpClient, type HttpResponse } from '../http-client.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { answerState, stateOf } from './expectation.ts'
import { configuredPoints, readValues } from './read-values.ts'

const status = { id: 'http.status', class: 'status', instance: '', name: 'HTTP status', unit: '' }
const latency = { id: 'http.latency', class: 'latency', instance: '', name: 'Time to answer', unit: 's' }

/** The Date header tells whole seconds. */
const secondMs = 1000

export function createHttpDriver(): Driver<'http'> {
  return {
    name: 'http',
    needsSecret: () => false,
    open: openSession,
    close: () => undefined,
  }
}

function openSession({ address, connection, secret }: Target<ConnectionOf<'http'>>): DriverSession {
  const client = createHttpClient({ address, port: connection.port, tls: connection.tls })
  const request = { method: 'GET' as const, path: connection.path }
  const auth = authOf(secret)
  const clock = createClockWatch()
  let told: boolean | null = null

  return {
    // Whoever answers is up, whatever the status; no password goes out with a check, so none can be locked by it.
    check: (limits) =>
      checkOutcomeOf(async () => {
        await client.send(request, limits)
      }),
    async poll(limits) {
      const started = performance.now()
      const response = await sendAuthenticated(client, auth, request, limits)
      const tookMs = performance.now() - started
      const dated = dateOf(response)
      const read = readValues(response.body.toString('utf8'), connection.values)
      const expected = connection.expect === undefined ? {} : { [answerState.id]: stateOf(response, connection.expect) }
      const own = {
        [status.id]: response.status,
        [latency.id]: tookMs / 1000,
        ...expected,
        ...certificateValue(response),
      }
      // A server that does not know the time leaves the date out (RFC 9110, section 6.6.1); then there is no such point.
      const hasClock = told === true || dated !== null
      const learned = told === hasClock ? {} : { points: pointsOf(connection, hasClock) }
      told = hasClock
      const endedMs = Date.now()
      const offset = dated === null ? null : clock.take({ toldMs: dated, resolutionMs: secondMs, tookMs, endedMs })
      const drift = hasClock ? { [clockDrift.id]: offset === null ? null : driftSeconds(offset) } : {}
      return { ...learned, values: { ...own, ...drift, ...read.values }, errors: read.errors }
    },
    close: () => client.close(),
  }
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

function pointsOf(connection: ConnectionOf<'http'>, hasClock: boolean): LearnedPoint[] {
  return [
    status,
    latency,
    ...(connection.expect === undefined ? [] : [answerState]),
    ...(connection.tls ? [certificateEnd] : []),
    ...(hasClock ? [clockDrift] : []),
    ...configuredPoints(connection.values),
  ]
}

function certificateValue(response: HttpResponse): Record<string, number | null> {
  if (response.certificate === null) return {}
  return { [certificateEnd.id]: daysLeft(response.certificate, Date.now()) }
}
