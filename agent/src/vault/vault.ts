import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EpochMs, IpAddress, Slug } from '@steward/shared/model'
import { z } from 'zod'
import { DeviceSecret } from '../drivers/contract.ts'
import { makeKey, readKey } from './key.ts'
import { canonicalAddress } from './networks.ts'
import { makeDataFolder, readPrivateFile, writePrivateFile } from './private-file.ts'
import { seal, unseal } from './seal.ts'

const SecretFile = z.object({
  version: z.literal(1),
  device: Slug,
  address: IpAddress,
  setAt: EpochMs,
  sealed: z.string(),
})

/** `elsewhere`: it was entered for another address, so it is not given out for this one. */
export type SecretAnswer =
  | { state: 'set'; secret: DeviceSecret }
  | { state: 'none' }
  | { state: 'elsewhere'; address: string }
  | { state: 'unreadable' }

/** What may be shown of a secret: the names of its fields, never a value. `fields` is null when it cannot be opened. */
export type StoredSecret = { device: string; address: string; setAt: number; fields: string[] | null }

export type Vault = {
  secretOf(device: string, address: string): SecretAnswer
  /** Seals the secret to this device at this address; what was there before is gone. `now` in epoch milliseconds. */
  put(device: string, address: string, secret: DeviceSecret, now: number): void
  /** False when there was none. */
  remove(device: string): boolean
  list(): StoredSecret[]
}

/**
 * The device secrets of a data folder, each in a file of its own, sealed with the key in `vault.key`. Nothing is cached:
 * what another process writes counts at the next question.
 */
export function openVault(dataDir: string): Vault {
  const folder = join(dataDir, 'secrets')
  const fileOf = (device: string) => join(folder, `${Slug.parse(device)}.json`)
  let key: Buffer | null = null
  const keyNow = () => {
    key ??= readKey(dataDir)
    return key
  }
  const read = (device: string) => {
    const text = readPrivateFile(fileOf(device))
    return text === null ? null : SecretFile.safeParse(jsonOf(text))
  }
  return {
    secretOf(device, address) {
      const file = read(device)
      if (file === null) return { state: 'none' }
      if (!file.success) return { state: 'unreadable' }
      if (file.data.address !== canonicalAddress(address)) return { state: 'elsewhere', address: file.data.address }
      const secret = open(keyNow(), device, file.data)
      return secret === null ? { state: 'unreadable' } : { state: 'set', secret }
    },
    put(device, address, secret, now) {
      makeDataFolder(dataDir)
      makeDataFolder(folder)
      key ??= readKey(dataDir) ?? makeKey(dataDir)
      const place = canonicalAddress(address)
      const sealed = seal(key, boundTo(device, place), JSON.stringify(DeviceSecret.parse(secret)))
      const file = { version: 1, device, address: IpAddress.parse(place), setAt: now, sealed }
      writePrivateFile(fileOf(device), `${JSON.stringify(file)}\n`)
    },
    remove(device) {
      const path = fileOf(device)
      if (!existsSync(path)) return false
      rmSync(path)
      return true
    },
    list() {
      return devicesIn(folder).flatMap((device) => {
        const file = read(device)
        if (file === null || !file.success) return []
        const secret = open(keyNow(), device, file.data)
        const { address, setAt } = file.data
        return [{ device, address, setAt, fields: secret === null ? null : Object.keys(secret) }]
      })
    },
  }
}

function boundTo(device: string, address: string): string {
  return `steward/secret/1\0${device}\0${address}`
}

function open(key: Buffer | null, device: string, file: z.infer<typeof SecretFile>): DeviceSecret | null {
  const text = key === null ? null : unseal(key, boundTo(device, file.address), file.sealed)
  return text === null ? null : DeviceSecret.parse(JSON.parse(text))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function devicesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((it) => it.endsWith('.json'))
  return names
    .map((it) => it.slice(0, -'.json'.length))
    .filter((it) => Slug.safeParse(it).success)
    .sort()
}
