/** Runs the demo as its user does, from a folder, and gives its API; everything it started ends with it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { z } from 'zod'
import { until } from '../until.ts'

export const Ready = z.object({
  url: z.string(),
  apiKey: z.string(),
  user: z.string(),
  password: z.string(),
  caFile: z.string(),
  site: z.string(),
  pids: z.object({ hub: z.int(), agent: z.int() }),
})
export type Ready = z.infer<typeof Ready>

export type Demo = {
  folder: string
  dataDir: string
  ready: () => Ready
  get: (path: string) => Promise<unknown>
  post: (path: string, body: unknown) => Promise<{ status: number; body: unknown }>
  put: (path: string, body: unknown) => Promise<{ status: number; body: unknown }>
  run: (...args: string[]) => { status: number | null; output: string }
  output: () => string
  stop: () => Promise<void>
}

/** The line that a person types is `npx -y pnpm@12 …`; where the tests run, pnpm is the one that started them or npx's. */
const command = ['npx', '-y', 'pnpm@12'] as const

/** The environment of a person's shell: what pnpm hands its scripts tells a pnpm inside them not to install. */
function asTyped(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'CI' && !/^p?npm_/i.test(name)))
}

/** `startWithinMs` covers the installation and the build of the web app, which a fresh clone needs. */
export async function startDemo(folder: string, options: { port: number; startWithinMs: number }): Promise<Demo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steward-demo-'))
  const env = { ...asTyped(process.env), INIT_CWD: folder }
  const [program, ...rest] = command
  const args = [...rest, 'demo', '--port', String(options.port), '--data', dataDir]
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let output = ''
  child.stdout.on('data', (it: Buffer) => {
    output += it.toString()
  })
  child.stderr.on('data', (it: Buffer) => {
    output += it.toString()
  })
  const ready = (): Ready => Ready.parse(JSON.parse(readFileSync(join(dataDir, 'ready.json'), 'utf8')))
  const stop = () => stopGroup(child, dataDir)
  try {
    await until('the demo to be ready', () => (child.exitCode === null ? ready() : Promise.reject(new Error(output))), {
      withinMs: options.startWithinMs,
    })
  } catch (error) {
    await stop()
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${output}`)
  }
  const dispatcher = new Agent({ connect: { ca: readFileSync(ready().caFile, 'utf8') } })
  const call = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => {
    const { url, apiKey } = ready()
    const answer = await request(`${url}/api/v1/${path}`, {
      method,
      dispatcher,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: text === '' ? null : (JSON.parse(text) as unknown) }
  }
  return {
    folder,
    dataDir,
    ready,
    output: () => output,
    stop: async () => {
      await dispatcher.close()
      await stop()
    },
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    get: async (path) => {
      const { status, body } = await call('GET', path)
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`)
      return body
    },
    run: (...words) => {
      const result = spawnSync(program, [...rest, ...words], { cwd: folder, env, encoding: 'utf8' })
      return { status: result.status, output: `${result.stdout}${result.stderr}` }
    },
  }
}

/** Ctrl-C, as the terminal gives it to the whole group; what is left after 20 s is a failure of the demo. */
async function stopGroup(child: ChildProcess, dataDir: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit')
    process.kill(-child.pid, 'SIGINT')
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 20_000)
    await ended
    clearTimeout(timer)
  }
  rmSync(dataDir, { recursive: true, force: true })
}
