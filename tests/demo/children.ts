/** The demo's hub and agent as children that never outlive it, and that come back after a while when somebody kills them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'

export type Child = {
  pid(): number
  isRunning(): boolean
  /** what it has printed since it last started, as far as it is kept */
  said(): string
  stop(): Promise<void>
}

export type ChildOptions = {
  root: string
  /** what Node runs, and with which arguments */
  program: string
  args: readonly string[]
  logFile: string
  restartAfterMs: number
  /** told when it has started again */
  restarted(): void
}

/** A small young generation and lazy optimising keep the resident size low at no cost that can be felt with 44 devices. */
const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--optimize-for-size']
const stopWithinMs = 10_000
const keptCharacters = 20_000

export const stewardProgram = (root: string): string => join(root, 'steward.js')

/** Starts a child whose standard input is ours to close: when this process dies, however, it ends (STEWARD_EXIT_WITH_PARENT). */
export function startChild(options: ChildOptions): Child {
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 })
  let said = ''
  let stopping = false
  let again: NodeJS.Timeout | null = null
  let child: ChildProcess = start()

  function start(): ChildProcess {
    said = ''
    const next = spawn(process.execPath, [...nodeFlags, options.program, ...options.args], {
      cwd: options.root,
      // A group of its own: Ctrl-C of the terminal is ours to pass on, in the right order.
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe'],
      // As the service runs: an arena of malloc for each thread costs some 8 MB.
      env: { ...process.env, MALLOC_ARENA_MAX: '2', STEWARD_EXIT_WITH_PARENT: '1', INIT_CWD: options.root },
    })
    const hear = (data: Buffer): void => {
      said = (said + data.toString()).slice(-keptCharacters)
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

  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    pid: () => child.pid ?? 0,
    isRunning,
    said: () => said,
    async stop() {
      stopping = true
      if (again !== null) clearTimeout(again)
      if (isRunning()) {
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

/** One command line of the product, run to its end. Throws StewardError with what it said when it fails; ends at once with `signal`. */
export async function runSteward(
  root: string,
  program: string,
  args: readonly string[],
  options: { input?: string; signal: AbortSignal },
): Promise<string> {
  const child = spawn(process.execPath, [...nodeFlags, program, ...args], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, INIT_CWD: root },
    signal: options.signal,
  })
  let said = ''
  const hear = (data: Buffer): void => {
    said += data.toString()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  await once(child, 'close')
  if (child.exitCode !== 0)
    throw new StewardError('system/internal', `steward ${args.slice(0, 2).join(' ')} failed: ${said.trim()}`)
  return said
}
