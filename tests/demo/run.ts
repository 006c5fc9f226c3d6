/** The main job on a simulated building: devices in this process, hub and agent as children running the real command lines. */
import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { z } from 'zod'
import { bundleAgent } from '../bundle/index.ts'
import { applyDocument, type Building, type Layout, ports, siteId, startBuilding } from '../simulators/index.ts'
import { until } from '../until.ts'
import { type Child, isAlive, runSteward, startChild, startersOf, stewardProgram } from './children.ts'
import { startControl } from './control.ts'
import { applyBuilding, createCaller, enrolmentToken, everyDeviceKnown, type HubCaller, setUpHub } from './hub-setup.ts'
import { buildWebAppIfStale } from './web-app.ts'

export type DemoOptions = {
  root: string
  port: number
  dataDir: string
  /** whether what is in the folder stays for the next start */
  keeps: boolean
  restartAfterMs: number
}

const Memory = z.object({ user: z.string(), password: z.string(), apiKey: z.string() })
type Memory = z.output<typeof Memory>

const layout: Layout = { net: 20, manyAddresses: process.platform === 'linux' }
const hubStartMs = 20_000
const firstLookMs = 20_000

/** Runs until it is told to end; gives the exit status. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const started = performance.now()
  prepareFolder(options)
  await checkPort(options.port)
  buildWebAppIfStale(options.root)
  const stops: (() => Promise<void> | void)[] = []
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.reverse()) await stop()
  }
  const ended = endOfDemo()
  try {
    const building = await startDevices()
    stops.push(() => building.close())
    const running = await Promise.race([startProduct(options, building, stops), ended.then(() => null)])
    if (running !== null) {
      const control = await startControl(options.dataDir, building)
      stops.push(() => control.close())
      greet(options, running.memory, building, (performance.now() - started) / 1000)
      await ended
    }
    console.log('\nStopping …')
    return 0
  } finally {
    rmSync(join(options.dataDir, 'ready.json'), { force: true })
    await stopAll()
  }
}

function prepareFolder({ dataDir, keeps }: DemoOptions): void {
  try {
    if (!keeps) rmSync(dataDir, { recursive: true, force: true })
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK)
  } catch (error) {
    throw new StewardError(
      'system/data-folder',
      `The data folder ${dataDir} cannot be written; choose another with --data.`,
      { cause: error },
    )
  }
  rmSync(join(dataDir, 'ready.json'), { force: true })
}

/** Said before anything is built or started. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen(port, '127.0.0.1', resolve)
    })
  } catch (error) {
    throw new StewardError('system/port-in-use', `Port ${port} is in use; choose another with --port.`, {
      cause: error,
    })
  } finally {
    probe.close()
  }
}

async function startDevices(): Promise<Building> {
  try {
    return await startBuilding(layout)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new StewardError(
        'system/port-in-use',
        'The simulated devices’ ports are in use: another demo is running; end it first.',
        { cause: error },
      )
    }
    throw error
  }
}

type Stops = (() => Promise<void> | void)[]

async function startProduct(options: DemoOptions, building: Building, stops: Stops): Promise<{ memory: Memory }> {
  const { root, port, dataDir, restartAfterMs } = options
  const url = `https://localhost:${port}`
  const caFile = join(dataDir, 'hub', 'ca.pem')
  let children: { hub: Child; agent: Child } | null = null
  let memory: Memory | null = readMemory(dataDir)
  const writeReady = (): void => {
    if (children === null || memory === null) return
    const pids = { hub: children.hub.pid(), agent: children.agent.pid() }
    writeWhole(join(dataDir, 'ready.json'), JSON.stringify({ url, ...memory, caFile, site: siteId, pids }, null, 2))
  }
  const common = { root, restartAfterMs, restarted: writeReady }
  const hubArgs = [
    'hub',
    'start',
    '--data',
    join(dataDir, 'hub'),
    '--port',
    String(port),
    '--host',
    '127.0.0.1',
    '--name',
    'localhost',
    '--allow-loopback',
  ]
  const hub = startChild({ ...common, program: stewardProgram(root), args: hubArgs, logFile: join(dataDir, 'hub.log') })
  stops.push(() => hub.stop())
  const code = await firstWords(hub)
  if (memory === null) {
    if (code === null)
      throw new StewardError(
        'input/conflict',
        `${dataDir} holds a hub, but not the demo’s login; choose another folder with --data.`,
      )
    const login = { user: 'demo@example.com', password: randomBytes(12).toString('base64url') }
    memory = { ...login, apiKey: await setUpHub(url, caFile, code, login) }
    writeWhole(join(dataDir, 'demo.json'), JSON.stringify(memory))
  }
  const caller = createCaller(url, caFile, { apiKey: memory.apiKey })
  stops.push(() => caller.close())
  await applyBuilding(caller, applyDocument(layout))
  const agentDir = join(dataDir, 'agent')
  // What a customer installs, and less memory: types need not be stripped.
  const bundle = join(root, '.cache', 'agent')
  await bundleAgent(bundle)
  await prepareAgent(root, agentDir, caller, building)
  const agent = startChild({
    ...common,
    program: join(bundle, 'steward.mjs'),
    args: ['agent', 'run', '--data', agentDir],
    logFile: join(dataDir, 'agent.log'),
  })
  stops.push(() => agent.stop())
  children = { hub, agent }
  await until('the agent’s first look at every device', () => everyDeviceKnown(caller, siteId), {
    withinMs: firstLookMs,
  }).catch((error: unknown) => {
    throw new StewardError(
      'system/internal',
      `${error instanceof Error ? error.message : String(error)}\n${agent.said()}`,
    )
  })
  writeReady()
  return { memory }
}

/** The one-time code of a hub that waits for its first administrator, null of one that is set up. Rejects with what it said when it does not start. */
async function firstWords(hub: Child): Promise<string | null> {
  const listening = async (): Promise<boolean> => {
    if (/Steward hub: https/.test(hub.said())) return true
    if (!isAlive(hub.pid())) throw new Error('it ended')
    return false
  }
  try {
    await until('the hub to listen', listening, { withinMs: hubStartMs })
  } catch {
    throw new StewardError('system/internal', `The hub does not start: ${hub.said().trim()}`)
  }
  return /administrator: ([A-Z0-9-]+)/.exec(hub.said())?.[1] ?? null
}

/** Enrols where that was not done, gives the agent the devices' passwords, and grants a connection to try out. */
async function prepareAgent(root: string, agentDir: string, hub: HubCaller, building: Building): Promise<void> {
  if (existsSync(agentDir)) return
  const token = await enrolmentToken(hub, siteId)
  const network = layout.manyAddresses ? `127.${layout.net}.0.0/16` : '127.0.0.1/32'
  await runSteward(root, [
    'agent',
    'enrol',
    token,
    '--data',
    agentDir,
    '--name',
    'demo',
    '--allow',
    network,
    '--allow-loopback',
  ])
  const secrets = building.devices.flatMap((it) =>
    it.secret === null ? [] : [{ device: it.id, address: it.address, ...it.secret }],
  )
  await runSteward(root, ['agent', 'secret', 'import', '-', '--data', agentDir], JSON.stringify(secrets))
  const camera = building.devices.find((it) => it.id === 'cam-07')
  if (camera === undefined) return
  const to = ['--device', camera.id, '--address', camera.address, '--port', String(ports.onvif)]
  await runSteward(root, ['agent', 'grant', ...to, '--minutes', '480', '--by', 'demo', '--data', agentDir])
}

function readMemory(dataDir: string): Memory | null {
  const file = join(dataDir, 'demo.json')
  return existsSync(file) ? Memory.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}

/** Whoever reads it finds the old or the new, never half. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, `${text}\n`, { mode: 0o600 })
  renameSync(`${file}.tmp`, file)
}

function greet({ dataDir, port, keeps }: DemoOptions, memory: Memory, building: Building, seconds: number): void {
  const data = keeps ? ` --data ${dataDir}` : ''
  console.log(`
Steward's demo is ready after ${seconds.toFixed(0)} s: ${building.devices.length} devices, one agent, one hub.

  Address    https://localhost:${port}      (its certificate is its own authority's: ${join(dataDir, 'hub', 'ca.pem')})
  Login      ${memory.user}
  Password   ${memory.password}

Try, in a second shell here:
  npx -y pnpm@12 demo:break cam-07${data}        one camera: L3
  npx -y pnpm@12 demo:break core-1${data}        redundancy gone: L2
  npx -y pnpm@12 demo:break core-2${data}        and with both: one incident at L1
  npx -y pnpm@12 demo:heal core-1${data}
  STEWARD_API_KEY=${memory.apiKey} npx -y pnpm@12 steward connect ${siteId}/cam-07:18080 --url https://localhost:${port} --ca ${join(dataDir, 'hub', 'ca.pem')}

Ctrl-C ends everything.`)
}

/** A signal, or the end of whoever started the demo: a signal to npx does not reach what it started. */
function endOfDemo(): Promise<void> {
  const starters = startersOf(process.pid)
  return new Promise((resolve) => {
    const end = (): void => {
      clearInterval(timer)
      resolve()
    }
    const timer = setInterval(() => {
      if (starters.some((it) => !isAlive(it))) end()
    }, 1000)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  })
}
