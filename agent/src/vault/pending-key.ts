import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Sha256Hex } from '@steward/shared/wire'
import { z } from 'zod'
import { readPrivateFile, writePrivateFile } from './private-file.ts'
import { makeAgentKey } from './signing.ts'

const Pending = z.object({ token: Sha256Hex, privateKey: z.string() })

const fileOf = (dataDir: string) => join(dataDir, 'enrolling.json')

/**
 * The key to enrol with: the same one again for the same token. Where the hub's answer was lost on its way, it knows the
 * agent by this key already and gives the same answer, though the token is used up for every other key.
 */
export function pendingKeyFor(dataDir: string, token: string): string {
  const hash = createHash('sha256').update(token.trim()).digest('hex')
  const before = Pending.safeParse(jsonOf(readPrivateFile(fileOf(dataDir))))
  if (before.success && before.data.token === hash) return before.data.privateKey
  const privateKey = makeAgentKey()
  writePrivateFile(fileOf(dataDir), JSON.stringify({ token: hash, privateKey }))
  return privateKey
}

export function forgetPendingKey(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true })
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}
