/** A real agent as a process of its own, enrolled at a hub under test through the command line, as a person does it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentList, Enrolment, EnrolmentCreated } from '@steward/shared/api'
import { until } from '../until.ts'
import type { StartedHub } from './started-hub.ts'

const root = join(import.meta.dirname, '..', '..')
const program = join(root, 'steward.js')

export type CommandResult = { status: number; stdout: string; stderr: string }

/** Runs `steward …` to its end. */
export function steward(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env }, timeout: 60_000 }
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ status, stdout, stderr })
    })
  })
}

/** Starts `steward …` as a child that ends with this process. */
export function startSteward(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, STEWARD_EXIT_WITH_PARENT: '1', ...env },
  })
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await exited
  clearTimeout(timer)
}

export type StartedAgent = {
  id: string
  dataDir: string
  /** `steward agent …` on this agent's data folder */
  command(...args: string[]): Promise<CommandResult>
  stop(): Promise<void>
}

/** Enrols an agent for a site and starts it; resolves when the hub sees it connected. */
export async function startAgent(hub: StartedHub, site: string, named: { name?: string } = {}): Promise<StartedAgent> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steward-agent-'))
  const enrolment = EnrolmentCreated.parse((await hub.call('POST', 'enrolments', { site, ...named })).body)
  const networks = ['--allow', '127.0.0.0/8', '--allow-loopback']
  const enrolled = await steward(['agent', 'enrol', enrolment.token, '--data', dataDir, ...networks])
  if (enrolled.status !== 0) throw new Error(`enrolment failed: ${enrolled.stderr}`)
  const child = startSteward(['agent', 'run', '--data', dataDir])
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (it) => {
      log = (log + String(it)).slice(-4000)
    })
  }
  const agent = await until(
    'the agent to connect',
    async () => {
      if (child.exitCode !== null) throw new Error(`the agent ended: ${log}`)
      const { items } = AgentList.parse((await hub.call('GET', 'agents')).body)
      const { agent: id } = Enrolment.parse((await hub.call('GET', `enrolments/${enrolment.id}`)).body)
      return items.find((it) => it.id === id && it.state === 'connected')
    },
    { withinMs: 20_000 },
  )
  return {
    id: agent.id,
    dataDir,
    command: (...args) => steward(['agent', ...args, '--data', dataDir]),
    async stop() {
      await endProcess(child)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
