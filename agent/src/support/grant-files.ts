import { randomInt } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EpochMs, IpAddress, Port, Slug } from '@steward/shared/model'
import { z } from 'zod'
import { canonicalAddress, makeDataFolder, readPrivateFile, writePrivateFile } from '../vault/index.ts'

const GrantId = z.string().regex(/^[a-z2-9]{8}$/)

/**
 * The word of a person at this machine: for so long, connections to this port of this device, at the address that it had
 * when it was given. Times in epoch milliseconds.
 */
const Grant = z.object({
  version: z.literal(1),
  id: GrantId,
  device: Slug,
  address: IpAddress,
  port: Port,
  from: EpochMs,
  until: EpochMs,
  by: z.string().max(200),
})
export type Grant = z.infer<typeof Grant>

export const maxGrantMinutes = 7 * 24 * 60

const folderOf = (dataDir: string) => join(dataDir, 'grants')
const fileOf = (dataDir: string, id: string) => join(folderOf(dataDir), `${GrantId.parse(id)}.json`)

/** Letters and digits that are not mistaken for each other when read aloud. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const newId = () => Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')

export type NewGrant = { device: string; address: string; port: number; minutes: number; by: string; now: number }

/** Gives a grant; it counts from this instant, also after a restart. */
export function giveGrant(dataDir: string, { device, address, port, minutes, by, now }: NewGrant): Grant {
  const until = now + Math.round(minutes * 60_000)
  const grant = Grant.parse({
    version: 1,
    id: newId(),
    device,
    address: canonicalAddress(address),
    port,
    from: now,
    until,
    by,
  })
  makeDataFolder(folderOf(dataDir))
  writePrivateFile(fileOf(dataDir, grant.id), `${JSON.stringify(grant)}\n`)
  return grant
}

/** All grants on the disk, also those that have expired and were not cleared away yet; a damaged one counts as none. */
export function listGrants(dataDir: string): Grant[] {
  const folder = folderOf(dataDir)
  if (!existsSync(folder)) return []
  const ids = readdirSync(folder).flatMap((it) => (it.endsWith('.json') ? [it.slice(0, -'.json'.length)] : []))
  return ids
    .filter((it) => GrantId.safeParse(it).success)
    .flatMap((id) => {
      const grant = Grant.safeParse(jsonOf(readPrivateFile(fileOf(dataDir, id))))
      return grant.success && grant.data.id === id ? [grant.data] : []
    })
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1))
}

/** False when there was none of this id. */
export function endGrant(dataDir: string, id: string): boolean {
  if (!GrantId.safeParse(id).success || !existsSync(fileOf(dataDir, id))) return false
  rmSync(fileOf(dataDir, id), { force: true })
  return true
}

export function removeGrants(dataDir: string): void {
  rmSync(folderOf(dataDir), { recursive: true, force: true })
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}
