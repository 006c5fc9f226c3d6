/** Starts a program of these tests that will be killed, and reads its lines. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type KilledChild = {
  /** Resolves with the first line that begins so; rejects with what the child said when it ends before. */
  line(start: string): Promise<string>
  lines: string[]
  /** Ends it without a warning; resolves when it is gone. */
  kill(): Promise<void>
}

export function startChild(program: string, args: readonly string[]): KilledChild {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, program), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const lines: string[] = []
  const errors: string[] = []
  const waiting: { start: string; resolve: (line: string) => void }[] = []
  if (child.stdout === null || child.stderr === null) throw new Error('no output')
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    for (const it of waiting) if (line.startsWith(it.start)) it.resolve(line)
  })
  createInterface(child.stderr).on('line', (line) => errors.push(line))
  return {
    lines,
    line(start) {
      const known = lines.find((it) => it.startsWith(start))
      if (known !== undefined) return Promise.resolve(known)
      const said = new Promise<string>((resolve) => waiting.push({ start, resolve }))
      const ended = exited.then(() => Promise.reject(new Error(`${program} ended: ${errors.slice(-20).join('\n')}`)))
      return Promise.race([said, ended])
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Numbers that look random and are the same at every run (mulberry32), from 0 to below 1. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
