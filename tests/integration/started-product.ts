/** Hub and agent as processes of their own, as they run at a customer's, so that a test may kill them. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EnrolmentCreated, FaultList, Series, type SeriesBucket } from '@steward/shared/api'
import type { z } from 'zod'
import { createCaller, type HubCaller, setUpHub } from '../demo/hub-setup.ts'
import { until } from '../until.ts'
import { type CommandResult, endProcess, startSteward, steward } from './started-agent.ts'

export type Product = {
  url: string
  hub: HubCaller
  agentDir: string
  agentLog(): string
  /** `steward agent …` on the agent's folder */
  agent(...args: string[]): Promise<CommandResult>
  /** a new token for the site, and `steward agent enrol` with it */
  enrol(...more: string[]): Promise<CommandResult>
  kill(which: 'hub' | 'agent'): Promise<void>
  start(which: 'hub' | 'agent'): Promise<void>
  openFaults(): Promise<z.infer<typeof FaultList>['items']>
  samples(device: string, point: string, from: Date): Promise<z.infer<typeof SeriesBucket>[]>
  stop(): Promise<void>
}

const site = 'tower-a'

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return address !== null && typeof address === 'object' ? address.port : 0
}

/** Keeps what a child says and waits for it to say something. */
function listen(child: ChildProcess): { said(): string; saying(pattern: RegExp): Promise<RegExpExecArray> } {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (it) => {
      text = (text + String(it)).slice(-50_000)
    })
  }
  return {
    said: () => text,
    saying: (pattern) =>
      until(
        `${pattern}`,
        () => {
          if (child.exitCode !== null) throw new Error(`it ended: ${text}`)
          return pattern.exec(text)
        },
        { withinMs: 30_000, everyMs: 50 },
      ),
  }
}

async function killed(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

/** Starts a hub, sets it up with these devices, enrols an agent over loopback and starts it. */
export async function startProduct(devices: readonly unknown[], settings: unknown): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-product-'))
  const port = await freePort()
  const url = `https://localhost:${port}`
  const caFile = join(folder, 'hub', 'ca.pem')
  const agentDir = join(folder, 'agent')
  const hubArgs = [
    'hub',
    'start',
    '--data',
    join(folder, 'hub'),
    '--port',
    String(port),
    '--host',
    '127.0.0.1',
    '--name',
    'localhost',
  ]
  const running: { hub: ChildProcess | null; agent: ChildProcess | null } = { hub: null, agent: null }
  let agentSaid = () => ''

  const startHub = async () => {
    running.hub = startSteward(hubArgs)
    const ears = listen(running.hub)
    await ears.saying(/Steward hub: https/)
    return ears
  }
  const startAgent = async () => {
    running.agent = startSteward(['agent', 'run', '--data', agentDir])
    const ears = listen(running.agent)
    agentSaid = ears.said
    await ears.saying(/Steward agent .* runs/)
  }
  const first = await startHub()
  const code = (await first.saying(/administrator: ([A-Z0-9-]+)/))[1] ?? ''
  const apiKey = await setUpHub(url, caFile, code, { user: 'admin@example.com', password: 'correct horse battery' })
  const hub = createCaller(url, caFile, { apiKey })
  const systems = [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }]
  await hub.call('POST', '/api/v1/apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ id: site, name: 'Tower A', customer: 'acme', settings, systems, devices }],
  })
  const enrol = async (...more: string[]) => {
    const { token } = EnrolmentCreated.parse(await hub.call('POST', '/api/v1/enrolments', { site }))
    return steward(['agent', 'enrol', token, '--data', agentDir, '--allow', '127.0.0.0/8', '--allow-loopback', ...more])
  }
  const enrolled = await enrol()
  if (enrolled.status !== 0) throw new Error(`enrolment failed: ${enrolled.stderr}`)
  await startAgent()

  return {
    url,
    hub,
    agentDir,
    agentLog: () => agentSaid(),
    enrol,
    agent: (...args) => steward(['agent', ...args, '--data', agentDir]),
    async kill(which) {
      const child = running[which]
      if (child !== null) await killed(child)
      running[which] = null
    },
    async start(which) {
      if (which === 'agent') await startAgent()
      else await startHub()
    },
    openFaults: async () => FaultList.parse(await hub.call('GET', '/api/v1/faults?state=open')).items,
    async samples(device, point, from) {
      const to = new Date()
      const query = new URLSearchParams({ point, from: from.toISOString(), to: to.toISOString(), buckets: '5000' })
      const series = Series.parse(await hub.call('GET', `/api/v1/devices/${site}:${device}/series?${query}`))
      return series.buckets
    },
    async stop() {
      await hub.close()
      for (const child of [running.agent, running.hub]) if (child !== null) await endProcess(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
