/** This agent as an SNMP engine, which is what informs of version 3 are addressed to: its id for ever, its boots by start. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { OwnEngine } from '../drivers/index.ts'
import { readPrivateFile, writePrivateFile } from '../vault/index.ts'

const Stored = z.object({ id: z.string().regex(/^[0-9a-f]{10,64}$/), boots: z.int().min(0).max(2_147_483_646) })

/** RFC 5612 keeps this enterprise number for those who have none; 5: octets that are nobody else's (RFC 3411 §5). */
const idBegin = '80007ed905'

/** Throws `system/data-folder` where it cannot be kept: boots that do not rise would let old messages in again. */
export function ownEngine(dataDir: string): OwnEngine {
  const path = join(dataDir, 'snmp-engine.json')
  const before = read(path)
  const id = before?.id ?? idBegin + randomBytes(8).toString('hex')
  const boots = (before?.boots ?? 0) + 1
  writePrivateFile(path, JSON.stringify({ id, boots }))
  return { id: Buffer.from(id, 'hex'), boots }
}

function read(path: string): z.infer<typeof Stored> | null {
  try {
    return Stored.parse(JSON.parse(readPrivateFile(path) ?? 'null'))
  } catch (error) {
    // A damaged one is as none: whoever sends informs learns the new id at the first.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}
