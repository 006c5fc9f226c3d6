import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A Unix socket's path may have 107 bytes, less on some systems. */
const longest = 100

/**
 * Where the running agent of a data folder listens: a socket in the folder, which only its owner may enter; on Windows a
 * named pipe. Nothing that is asked there changes anything: what counts is on the disk.
 */
export function socketPath(dataDir: string): string {
  const folder = resolve(dataDir)
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 20)
  if (process.platform === 'win32') return `\\\\.\\pipe\\steward-agent-${name}`
  const inside = join(folder, 'agent.sock')
  return Buffer.byteLength(inside) <= longest ? inside : join(tmpdir(), `steward-agent-${name}.sock`)
}
