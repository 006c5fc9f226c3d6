import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { StewardError } from '@steward/shared/errors'

/** Code of an operating system error (`ENOENT`), or an empty word. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/**
 * Writes a file that only its owner may read (0600), whole or not at all, on the disk when this returns. Written by root
 * into another user's folder it becomes that user's, so that the service can read what an administrator entered.
 */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  const file = openSync(temporary, 'w', 0o600)
  try {
    writeSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  giveToOwnerOf(dirname(path), temporary)
  renameSync(temporary, path)
  syncFolder(dirname(path))
}

/** Like `writePrivateFile`, but only where there is no such file yet; false when there was one. */
export function createPrivateFile(path: string, content: string): boolean {
  const draft = `${path}.${process.pid}.new`
  writePrivateFile(draft, content)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
}

/** The text of a file, or null where there is none. */
export function readPrivateFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw new StewardError('system/data-folder', `${path} cannot be read (${systemCode(error)}); check its owner.`, {
      cause: error,
    })
  }
}

/** Makes the folder (0700) where it is missing. Throws `system/data-folder` when it cannot be made or written. */
export function makeDataFolder(path: string): void {
  try {
    makeFolder(path)
    const probe = join(path, `.writable.${process.pid}`)
    writePrivateFile(probe, '')
    rmSync(probe)
  } catch (error) {
    const why = systemCode(error) || 'unknown reason'
    const advice = 'name another folder with --data, or change its owner'
    throw new StewardError('system/data-folder', `The data folder ${path} cannot be written (${why}); ${advice}.`, {
      cause: error,
    })
  }
}

/** Level by level: Node's own `recursive` goes round for ever where a parent refuses with ENOENT, as /proc does (Node 24). */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
  giveToOwnerOf(dirname(path), path)
}

/** Takes the rights of everybody but the owner from a file; true when there were any. */
export function tightenMode(path: string): boolean {
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return false
  chmodSync(path, 0o600)
  return true
}

function giveToOwnerOf(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(folder)
  if (uid !== 0) chownSync(path, uid, gid)
}

/** A rename is lasting only when its folder is (Windows has no such call). */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
