/** Hub and agent of the demo, set up as their users would: through the hub's API and the agent's own command line. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { stop as stopBundler } from 'esbuild'
import { bundleAgent } from '../bundle/index.ts'
import { applyDocument, type Building, siteId } from '../simulators/index.ts'
import { until } from '../until.ts'
import { type Child, runSteward, startChild, stewardProgram } from './children.ts'
import { type Folder, type Memory, readMemory, writeMemory, writeReady } from './folder.ts'
import { applyBuilding, createCaller, enrolmentToken, everyDeviceKnown, type HubCaller, setUpHub } from './hub-setup.ts'

export type ProductOptions = {
  root: string
  port: number
  folder: Folder
  restartAfterMs: number
  building: Building
  signal: AbortSignal
  /** takes what has to be stopped at the end, in the order of starting */
  onStop: (stop: () => Promise<void> | void) => void
}

const hubStartMs = 30_000
const firstLookMs = 30_000
const email = 'demo@example.com'
const grantMinutes = 480

/** Resolves when every device has been heard of, with ready.json written. Throws StewardError. */
export async function startProduct(options: ProductOptions): Promise<{ url: string; memory: Memory }> {
  const { root, port, folder, building, signal, onStop } = options
  const url = `https://localhost:${port}`
  // esbuild's own process would stay, and it is not small.
  const bundle = bundleAgent(folder.agentProgram).finally(stopBundler)
  const pids: { hub: Child | null; agent: Child | null } = { hub: null, agent: null }
  let memory = readMemory(folder)
  const tellReady = (): void => {
    if (pids.hub === null || pids.agent === null || memory === null || signal.aborted) return
    const running = { hub: pids.hub.pid(), agent: pids.agent.pid() }
    const { user, password, apiKey } = memory
    writeReady(folder, { url, user, password, apiKey, caFile: folder.caFile, site: siteId, pids: running })
  }
  let isReady = false
  const restarted = (): void => {
    if (isReady) tellReady()
  }
  const start = (program: string, args: readonly string[], name: 'hub' | 'agent'): Child => {
    signal.throwIfAborted()
    const { restartAfterMs } = options
    const child = startChild({ root, program, args, logFile: folder.logOf(name), restartAfterMs, restarted })
    onStop(() => child.stop())
    return child
  }

  pids.hub = start(stewardProgram(root), hubArgs(folder, port), 'hub')
  const code = await firstWords(pids.hub, signal)
  memory ??= await makeLogin(url, code, folder)
  memory.block = building.layout.block ?? 0
  writeMemory(folder, memory)
  const caller = createCaller(url, folder.caFile, { apiKey: memory.apiKey })
  onStop(() => caller.close())
  signal.throwIfAborted()
  await applyBuilding(caller, applyDocument(building.layout))
  await bundle
  const program = join(folder.agentProgram, 'steward.mjs')
  await prepareAgent({ ...options, program, caller })
  pids.agent = start(program, ['agent', 'run', '--data', folder.agent], 'agent')
  await firstLook(caller, pids.agent, signal)
  isReady = true
  tellReady()
  return { url, memory }
}

function hubArgs(folder: Folder, port: number): string[] {
  const where = ['--data', folder.hub, '--port', String(port), '--host', '127.0.0.1', '--name', 'localhost']
  return ['hub', 'start', ...where, '--allow-loopback']
}

/** The one-time code of a hub that waits for its first administrator, null of one that is set up. Throws with what it said when it does not start. */
async function firstWords(hub: Child, signal: AbortSignal): Promise<string | null> {
  let ended = false
  const listening = (): boolean => {
    ended = !hub.isRunning()
    return ended || signal.aborted || /Steward hub: https/.test(hub.said())
  }
  await until('the hub to listen', listening, { withinMs: hubStartMs }).catch(() => {
    ended = true
  })
  signal.throwIfAborted()
  if (ended) throw new StewardError('system/internal', `The hub does not start: ${hub.said().trim()}`)
  return /administrator: ([A-Z0-9-]+)/.exec(hub.said())?.[1] ?? null
}

async function makeLogin(url: string, code: string | null, folder: Folder): Promise<Memory> {
  if (code === null)
    throw new StewardError(
      'input/conflict',
      `${folder.path} holds a hub, but not the demo’s login; choose another folder with --data.`,
    )
  const login = { user: email, password: randomBytes(12).toString('base64url') }
  return { ...login, block: 0, apiKey: await setUpHub(url, folder.caFile, code, login) }
}

/** Enrols where that was not done; gives the agent the devices' passwords, and grants a connection to try out. */
async function prepareAgent(it: ProductOptions & { program: string; caller: HubCaller }): Promise<void> {
  const { root, folder, building, program, signal } = it
  const data = ['--data', folder.agent]
  const run = (args: readonly string[], input = '') =>
    runSteward(root, program, ['agent', ...args, ...data], { input, signal })
  if (!existsSync(join(folder.agent, 'agent.json'))) {
    const token = await enrolmentToken(it.caller, siteId)
    const { net, manyAddresses } = building.layout
    const network = manyAddresses ? `127.${net}.0.0/16` : '127.0.0.1/32'
    await run(['enrol', token, '--name', 'demo', '--allow', network, '--allow-loopback'])
  }
  const secrets = building.devices.flatMap(({ id, address, secret }) =>
    secret === null ? [] : [{ device: id, address, ...secret }],
  )
  await run(['secret', 'import', '-'], JSON.stringify(secrets))
  const camera = building.devices.find(({ id }) => id === 'cam-07')
  const port = camera?.connections?.[0]?.port
  if (camera === undefined || port === undefined) return
  const to = ['--device', camera.id, '--address', camera.address, '--port', String(port)]
  await run(['grant', ...to, '--minutes', String(grantMinutes), '--by', 'demo'])
}

async function firstLook(caller: HubCaller, agent: Child, signal: AbortSignal): Promise<void> {
  const look = async () => signal.aborted || (await everyDeviceKnown(caller, siteId))
  try {
    await until('the agent’s first look at every device', look, { withinMs: firstLookMs })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StewardError('system/internal', `${why}\n${agent.said().trim()}`, { cause: error })
  }
  signal.throwIfAborted()
}
