/** The demo's hub and agent as children that never outlive it, and that come back after a while when somebody kills them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'

export type Child = {
  pid(): number
  /** what it has printed so far */
  said(): string
  stop(): Promise<void>
}

export type ChildOptions = {
  root: string
  /** what Node runs, and with which arguments */
  program: string
  args: string[]
  logFile: string
  restartAfterMs: number
  /** told at each start but the first */
  restarted(): void
}

/** A small young generation and lazy optimising keep the resident size low at no cost that can be felt with 44 devices. */
const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--optimize-for-size']
const stopWithinMs = 8000

export const stewardProgram = (root: string): string => join(root, 'steward.js')

/** Starts a child whose standard input is ours to close: when this process dies, however, it ends. */
export function startChild(options: ChildOptions): Child {
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 })
  let said = ''
  let stopping = false
  let again: NodeJS.Timeout | null = null
  let child: ChildProcess = start()

  function start(): ChildProcess {
    const next = spawn(process.execPath, [...nodeFlags, options.program, ...options.args], {
      cwd: options.root,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, STEWARD_EXIT_WITH_PARENT: '1', INIT_CWD: options.root },
    })
    const hear = (data: Buffer): void => {
      said = (said + data.toString()).slice(-20_000)
      log.write(data)
    }
    next.stdout.on('data', hear)
    next.stderr.on('data', hear)
    // Writing to a child that was killed is nothing to fail of.
    next.stdin.on('error', () => undefined)
    next.once('exit', () => {
      if (stopping) return
      again = setTimeout(() => {
        child = start()
        options.restarted()
      }, options.restartAfterMs)
    })
    return next
  }

  return {
    pid: () => child.pid ?? 0,
    said: () => said,
    async stop() {
      stopping = true
      if (again !== null) clearTimeout(again)
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
        await ended
        clearTimeout(timer)
      }
      log.end()
    },
  }
}

/** One command line of the product, run to its end; throws with what it said when it fails. */
export async function runSteward(root: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, [...nodeFlags, stewardProgram(root), ...args], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, INIT_CWD: root },
  })
  let said = ''
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString()
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  await once(child, 'close')
  if (child.exitCode !== 0)
    throw new StewardError('system/internal', `steward ${args.slice(0, 2).join(' ')} failed: ${said.trim()}`)
  return said
}

/** Those who started this process: npx, pnpm and their shells. A signal to the first of them does not reach us by itself. */
export function startersOf(pid: number): number[] {
  const starters: number[] = []
  let next = pid
  for (let i = 0; i < 8; i += 1) {
    const [parent, command] = parentOf(next)
    if (parent <= 1 || !/(npx|npm|pnpm|steward\.js|sh -c)/.test(command)) break
    starters.push(parent)
    next = parent
  }
  return starters
}

function parentOf(pid: number): [parent: number, itsCommand: string] {
  const ask = (of: number, what: string) =>
    spawnSync('ps', ['-o', `${what}=`, '-p', String(of)], { encoding: 'utf8' }).stdout?.trim() ?? ''
  const parent = Number(ask(pid, 'ppid'))
  return Number.isInteger(parent) && parent > 1 ? [parent, ask(parent, 'args')] : [0, '']
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
