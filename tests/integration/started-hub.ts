/** A whole hub in this process, set up with its first administrator and an API key, with its own CA and a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiKeyCreated } from '@steward/shared/api'
import type { Permission } from '@steward/shared/model'
import { Agent, request } from 'undici'
import { buildApp, type Hub, type HubOptions } from '../../hub/src/app.ts'

export type Answer = { status: number; body: unknown }
export type Call = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<Answer>

export type StartedHub = {
  url: string
  ca: string
  dataDir: string
  apiKey: string
  /** asks `/api/v1/<path>` with the administrator's key */
  call: Call
  /** the same with another key */
  callWith(key: string): Call
  newKey(scopes: Permission[], customer?: string): Promise<{ id: string; key: string }>
  /** stops the process's hub and starts it again on the same folder and port */
  restart(over?: Partial<HubOptions>): Promise<void>
  /** stops the hub, does something with its folder, and starts it again */
  whileStopped<T>(work: () => T): Promise<T>
  stop(): Promise<void>
}

const administrator = { name: 'Admin', email: 'admin@steward.example', password: 'correct horse battery' }

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function caller(url: string, dispatcher: Agent, headers: Record<string, string>): Call {
  return async (method, path, body) => {
    const answer = await request(`${url}/api/v1/${path}`, {
      method,
      dispatcher,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: text === '' ? null : JSON.parse(text) }
  }
}

/** Makes the first administrator, signs in and gives the session's cookie. */
async function setUp(hub: Hub, dispatcher: Agent): Promise<string> {
  const call = caller(hub.url, dispatcher, { origin: hub.url })
  const setup = await call('POST', 'setup', { code: hub.setupCode, company: 'Test', ...administrator })
  if (setup.status !== 200) throw new Error(`set-up failed: ${JSON.stringify(setup.body)}`)
  const { email, password } = administrator
  const answer = await request(`${hub.url}/api/auth/sign-in/email`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/json', origin: hub.url },
    body: JSON.stringify({ email, password }),
  })
  await answer.body.dump()
  const cookies = [answer.headers['set-cookie'] ?? []].flat()
  return cookies.map((it) => it.split(';')[0]).join('; ')
}

export async function startHub(over: Partial<HubOptions> = {}): Promise<StartedHub> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steward-hub-'))
  const options: HubOptions = {
    dataDir,
    host: '127.0.0.1',
    port: await freePort(),
    names: ['localhost', '127.0.0.1'],
    allowLoopback: true,
    ...over,
  }
  let hub = await buildApp(options)
  const ca = hub.ca ?? ''
  const dispatcher = new Agent({ connect: { ca } })
  const cookie = await setUp(hub, dispatcher)
  const asPerson = caller(hub.url, dispatcher, { cookie, origin: hub.url })
  const newKey = async (scopes: Permission[], customer: string | null = null) => {
    const made = await asPerson('POST', 'api-keys', { name: scopes.join(' '), scopes, customer })
    return ApiKeyCreated.parse(made.body)
  }
  const callWith = (key: string) => caller(hub.url, dispatcher, { authorization: `Bearer ${key}` })
  const { key } = await newKey(['read', 'operate', 'configure', 'connect', 'administer'])
  return {
    url: hub.url,
    ca,
    dataDir,
    apiKey: key,
    call: callWith(key),
    callWith,
    newKey,
    async restart(again = {}) {
      await hub.stop()
      hub = await buildApp({ ...options, ...again })
    },
    async whileStopped(work) {
      await hub.stop()
      const result = work()
      hub = await buildApp(options)
      return result
    },
    async stop() {
      await dispatcher.destroy()
      await hub.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
