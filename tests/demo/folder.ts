/** The demo's data folder: what is in it, and whether it can be used. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { z } from 'zod'

/** What a second start needs to find everything again. `block`: where the devices were, so that they keep their addresses. */
export const Memory = z.object({
  user: z.string(),
  password: z.string(),
  apiKey: z.string(),
  block: z.int().default(0),
})
export type Memory = z.output<typeof Memory>

/** For whoever tries the demo out by program; there while it is ready. */
export type Ready = Omit<Memory, 'block'> & {
  url: string
  caFile: string
  site: string
  pids: { hub: number; agent: number }
}

export type Folder = {
  path: string
  hub: string
  agent: string
  /** the agent's program, as a customer installs it */
  agentProgram: string
  caFile: string
  logOf: (name: 'hub' | 'agent') => string
}

export function folderAt(path: string): Folder {
  return {
    path,
    hub: join(path, 'hub'),
    agent: join(path, 'agent'),
    agentProgram: join(path, 'agent-program'),
    caFile: join(path, 'hub', 'ca.pem'),
    logOf: (name) => join(path, `${name}.log`),
  }
}

/** `keeps`: whether what is in it stays. Throws StewardError where it cannot be written. */
export function prepareFolder({ path }: Folder, keeps: boolean): void {
  try {
    if (!keeps) rmSync(path, { recursive: true, force: true })
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
    rmSync(join(path, 'ready.json'), { force: true })
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw new StewardError(
      'system/data-folder',
      `The data folder ${path} cannot be written${why}; choose another with --data.`,
      { cause: error },
    )
  }
}

/** Level by level: Node's own `recursive` goes round for ever where a parent refuses with ENOENT, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/** Null: this folder holds no demo yet. */
export function readMemory({ path }: Folder): Memory | null {
  const file = join(path, 'demo.json')
  if (!existsSync(file)) return null
  try {
    return Memory.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new StewardError('system/data-folder', `${file} cannot be read; remove the folder, or choose another.`, {
      cause: error,
    })
  }
}

export function writeMemory({ path }: Folder, memory: Memory): void {
  writeWhole(join(path, 'demo.json'), memory)
}

export function writeReady({ path }: Folder, ready: Ready): void {
  writeWhole(join(path, 'ready.json'), ready)
}

export function removeReady({ path }: Folder): void {
  rmSync(join(path, 'ready.json'), { force: true })
}

/** Whoever reads it finds the old or the new, never half; nobody else on this machine reads it. */
function writeWhole(file: string, value: unknown): void {
  writeFileSync(`${file}.tmp`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.tmp`, file)
}
