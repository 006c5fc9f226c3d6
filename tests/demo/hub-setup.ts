/** Sets a fresh hub up as its administrator would, through its own API. */
import { readFileSync } from 'node:fs'
import { ApiKeyCreated, ApplyResult, EnrolmentCreated, SetupState, SiteList } from '@steward/shared/api'
import { Problem, StewardError } from '@steward/shared/errors'
import { Agent, request } from 'undici'

export type HubCaller = {
  call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>
  close(): Promise<void>
}

type Credentials = { apiKey: string } | { cookie: string } | null

/** Calls to the demo's hub. Throws StewardError with the hub's sentence where it refuses. */
export function createCaller(url: string, caFile: string, credentials: Credentials): HubCaller {
  const dispatcher = new Agent({ connect: { ca: readFileSync(caFile, 'utf8') } })
  return {
    async call(method, path, body) {
      const answer = await request(url + path, {
        method,
        dispatcher,
        headers: {
          origin: url,
          ...(credentials === null
            ? {}
            : 'apiKey' in credentials
              ? { authorization: `Bearer ${credentials.apiKey}` }
              : credentials),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      })
      const text = await answer.body.text()
      const value: unknown = text === '' ? null : JSON.parse(text)
      if (answer.statusCode < 300) return value
      const problem = Problem.safeParse(value)
      throw new StewardError(
        'system/internal',
        `${method} ${path}: ${problem.success ? problem.data.detail : `status ${answer.statusCode}`}`,
      )
    },
    close: () => dispatcher.close(),
  }
}

export type Login = { user: string; password: string }

/** The first administrator, and an API key for whoever tries the demo out. */
export async function setUpHub(url: string, caFile: string, code: string, login: Login): Promise<string> {
  const open = createCaller(url, caFile, null)
  SetupState.parse(
    await open.call('POST', '/api/v1/setup', {
      code,
      company: '示例服务公司 Demo Services',
      language: 'zh-CN',
      name: 'Demo',
      email: login.user,
      password: login.password,
    }),
  )
  await open.close()
  const dispatcher = new Agent({ connect: { ca: readFileSync(caFile, 'utf8') } })
  const answer = await request(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    dispatcher,
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ email: login.user, password: login.password }),
  })
  await answer.body.dump()
  await dispatcher.close()
  const cookie = [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((it) => it.split(';')[0])
    .join('; ')
  const signedIn = createCaller(url, caFile, { cookie })
  const scopes = ['read', 'operate', 'configure', 'connect', 'administer']
  const { key } = ApiKeyCreated.parse(await signedIn.call('POST', '/api/v1/api-keys', { name: 'demo', scopes }))
  await signedIn.close()
  return key
}

export async function applyBuilding(hub: HubCaller, document: unknown): Promise<void> {
  ApplyResult.parse(await hub.call('POST', '/api/v1/apply', document))
}

export async function enrolmentToken(hub: HubCaller, site: string): Promise<string> {
  return EnrolmentCreated.parse(await hub.call('POST', '/api/v1/enrolments', { site, name: 'demo' })).token
}

/** Whether every device of the site has been heard of. */
export async function everyDeviceKnown(hub: HubCaller, site: string): Promise<boolean> {
  const found = SiteList.parse(await hub.call('GET', '/api/v1/sites')).items.find((it) => it.id === site)
  return found !== undefined && found.devices.total > 0 && found.devices.unknown === 0
}
