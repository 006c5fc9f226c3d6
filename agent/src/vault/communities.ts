/** The SNMP communities that a search tries at every address: of no device, so bound to none, but sealed as all else here. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EpochMs } from '@steward/shared/model'
import { z } from 'zod'
import { makeKey, readKey } from './key.ts'
import { makeDataFolder, readPrivateFile, writePrivateFile } from './private-file.ts'
import { seal, unseal } from './seal.ts'

export const Communities = z.array(z.string().min(1).max(255)).min(1).max(10)
const File = z.object({ version: z.literal(1), setAt: EpochMs, sealed: z.string() })
const bound = 'steward/communities/1'

const fileIn = (dataDir: string): string => join(dataDir, 'communities.json')

/** Empty where there are none, or they cannot be opened. */
export function readCommunities(dataDir: string): { words: string[]; setAt: number | null } {
  const text = readPrivateFile(fileIn(dataDir))
  const file = File.safeParse(text === null ? null : jsonOf(text))
  const key = file.success ? readKey(dataDir) : null
  if (!file.success || key === null) return { words: [], setAt: null }
  const words = Communities.safeParse(jsonOf(unseal(key, bound, file.data.sealed) ?? ''))
  return { words: words.data ?? [], setAt: file.data.setAt }
}

/** What was there before is gone. `now` in epoch milliseconds. */
export function writeCommunities(dataDir: string, words: readonly string[], now: number): void {
  makeDataFolder(dataDir)
  const key = readKey(dataDir) ?? makeKey(dataDir)
  const sealed = seal(key, bound, JSON.stringify(Communities.parse(words)))
  writePrivateFile(fileIn(dataDir), `${JSON.stringify({ version: 1, setAt: now, sealed })}\n`)
}

/** False when there were none. */
export function removeCommunities(dataDir: string): boolean {
  if (!existsSync(fileIn(dataDir))) return false
  rmSync(fileIn(dataDir))
  return true
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
