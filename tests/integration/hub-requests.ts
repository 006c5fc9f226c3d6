/** Requests to a started hub as a browser or a program makes them: cookies, headers, any path. */
import { Agent, request } from 'undici'
import type { StartedHub } from './started-hub.ts'

export type Asked = { status: number; text: string; headers: Record<string, string | string[] | undefined> }
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
export type Ask = (method: Method, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Asked>

const dispatchers = new WeakMap<StartedHub, Agent>()

/** One pool of connections a hub; it is closed with the hub's end of them. */
function dispatcherOf(hub: StartedHub): Agent {
  const known = dispatchers.get(hub) ?? new Agent({ connect: { ca: hub.ca } })
  dispatchers.set(hub, known)
  return known
}

/** Asks with these headers always. An endless answer (server-sent events) is ended after its head. */
export function asking(hub: StartedHub, always: Record<string, string> = {}): Ask {
  return async (method, path, body, headers = {}) => {
    const answer = await request(`${hub.url}${path}`, {
      method,
      dispatcher: dispatcherOf(hub),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...always, ...headers },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const endless = String(answer.headers['content-type'] ?? '').startsWith('text/event-stream')
    if (endless) answer.body.on('error', () => undefined).destroy()
    return { status: answer.statusCode, text: endless ? '' : await answer.body.text(), headers: answer.headers }
  }
}

/** The cookies that an answer sets, as a request sends them back. */
export function cookiesOf(answer: Asked): string {
  return [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((it) => it.split(';')[0] ?? '')
    .join('; ')
}

export type Membership = { role: string; customer: string | null }

/** Invites a person, who accepts; gives the address. */
export async function addPerson(
  hub: StartedHub,
  person: { name: string; email: string; password: string; memberships: Membership[] },
): Promise<void> {
  const { name, email, password, memberships } = person
  const invited = await hub.call('POST', 'invitations', { email, memberships })
  const secret = /#(.+)"/.exec(JSON.stringify(invited.body))?.[1]
  const accepted = await asking(hub)('POST', '/api/v1/invitations/accept', { secret, name, password })
  if (accepted.status !== 200) throw new Error(`${email} cannot accept: ${accepted.text}`)
}

export function signIn(hub: StartedHub, email: string, password: string): Promise<Asked> {
  return asking(hub, { origin: hub.url })('POST', '/api/auth/sign-in/email', { email, password })
}

/** Asks as a person who is signed in, as the web app does. */
export async function askingAs(hub: StartedHub, email: string, password: string): Promise<Ask> {
  const answer = await signIn(hub, email, password)
  if (answer.status !== 200) throw new Error(`${email} cannot sign in: ${answer.text}`)
  return asking(hub, { cookie: cookiesOf(answer), origin: hub.url, 'sec-fetch-site': 'same-origin' })
}
