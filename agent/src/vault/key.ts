/** The key that seals what this agent keeps; it stands beside what it seals, and is worth as much as the folder's permissions. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { createPrivateFile, readPrivateFile, tightenMode } from './private-file.ts'

const keyBytes = 32

/** Null where nothing was sealed yet. Throws StewardError `system/data-folder` for a damaged one. */
export function readKey(dataDir: string): Buffer | null {
  const path = join(dataDir, 'vault.key')
  const text = readPrivateFile(path)
  if (text === null) return null
  tightenMode(path)
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length === keyBytes) return key
  throw new StewardError(
    'system/data-folder',
    `${path} is damaged; restore it from a backup, or delete it and set the secrets again.`,
  )
}

/** Two commands may enter the first two secrets at the same time: whose key came first counts for both. */
export function makeKey(dataDir: string): Buffer {
  const key = randomBytes(keyBytes)
  const isMine = createPrivateFile(join(dataDir, 'vault.key'), `${key.toString('base64')}\n`)
  return isMine ? key : (readKey(dataDir) ?? key)
}
