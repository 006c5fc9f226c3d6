/** HTTP(S): whether it answers, its status and latency, how long its certificate lasts, and values out of a JSON answer. */
import type { ConnectionOf } from '@steward/shared/model'
import type { Driver, DriverSession, LearnedPoint, Target } from '../contract.ts'
import { createHttpAuth, type HttpAuth, sendAuthenticated } from '../http-auth.ts'
import { createHttpClient, type HttpResponse } from '../http-client.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { readJsonValues } from './json-values.ts'

const status = { id: 'http.status', class: 'status', instance: '', name: 'HTTP status', unit: '' }
const latency = { id: 'http.latency', class: 'latency', instance: '', name: 'Time to answer', unit: 's' }
const certificate = {
  id: 'tls.days-left',
  class: 'certificate',
  instance: '',
  name: 'Certificate valid for',
  unit: 'd',
}

const dayMs = 86_400_000

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
  const points = pointsOf(connection)
  let told = false

  return {
    // Whoever answers is up, whatever the status; no password goes out with a check, so none can be locked by it.
    check: (limits) =>
      checkOutcomeOf(async () => {
        await client.send(request, limits)
      }),
    async poll(limits) {
      const started = performance.now()
      const response = await sendAuthenticated(client, auth, request, limits)
      const seconds = (performance.now() - started) / 1000
      const json = readJsonValues(response.body.toString('utf8'), connection.values)
      const own = { [status.id]: response.status, [latency.id]: seconds, ...certificateValue(response) }
      const learned = told ? {} : { points }
      told = true
      return { ...learned, values: { ...own, ...json.values }, errors: json.errors }
    },
    close: () => client.close(),
  }
}

function authOf(secret: Target['secret']): HttpAuth | null {
  if (secret?.password === undefined) return null
  return createHttpAuth({ user: secret.user ?? '', password: secret.password }, true)
}

function pointsOf(connection: ConnectionOf<'http'>): LearnedPoint[] {
  const configured = connection.values.map((it) => ({
    id: it.id,
    class: it.class,
    instance: '',
    name: it.name,
    unit: it.unit,
    source: it.path,
  }))
  return [status, latency, ...(connection.tls ? [certificate] : []), ...configured]
}

function certificateValue(response: HttpResponse): Record<string, number | null> {
  if (response.certificate === null) return {}
  const until = Date.parse(response.certificate.valid_to)
  return { [certificate.id]: Number.isNaN(until) ? null : (until - Date.now()) / dayMs }
}
