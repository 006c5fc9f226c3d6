/** When the demo has to end: a signal, or the end of whoever started it (a signal to npx does not reach what it started). */
import { readFileSync } from 'node:fs'

export type Ending = {
  /** aborted when the demo has to end */
  signal: AbortSignal
  ended: Promise<void>
  /** listens no longer, so that the process can end by itself */
  close(): void
}

const lookEveryMs = 1000
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function watchForEnd(pid = process.pid): Ending {
  const controller = new AbortController()
  const { signal } = controller
  const starters = startersOf(pid)
  const end = (): void => {
    // Whoever asks twice does not want to wait; the children end when their standard input does.
    if (signal.aborted) process.exit(130)
    controller.abort()
  }
  const timer = setInterval(() => {
    if (!signal.aborted && starters.some((it) => !isAlive(it))) controller.abort()
  }, lookEveryMs)
  for (const it of signals) process.on(it, end)
  return {
    signal,
    ended: new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
    close() {
      clearInterval(timer)
      for (const it of signals) process.off(it, end)
    },
  }
}

type ProcessStatus = { parent: number; isZombie: boolean; command: string }

/** Null: there is no such process, or no /proc to read it from. */
function statusOf(pid: number): ProcessStatus | null {
  try {
    // The name in brackets may hold anything; what follows the last bracket is state and parent (proc(5)).
    const [state = '', parent = '0'] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return { parent: Number(parent), isZombie: state === 'Z', command }
  } catch {
    return null
  }
}

const mostStarters = 8

/** Those who started this process: npx, pnpm and their shells, the nearest first; not the shell of the person, nor a test. */
function startersOf(pid: number): number[] {
  const starters: number[] = []
  for (let next = statusOf(pid)?.parent ?? 0; next > 1 && starters.length < mostStarters; ) {
    const status = statusOf(next)
    if (status === null || !/\b(npx|npm|pnpm|steward\.js)\b|(^|\/)sh -c /.test(status.command)) break
    starters.push(next)
    next = status.parent
  }
  return starters
}

/** One that has ended and that nobody has asked after counts as ended. */
function isAlive(pid: number): boolean {
  const status = statusOf(pid)
  return status !== null && !status.isZombie
}
