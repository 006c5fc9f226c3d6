import { rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentConfig } from '@steward/shared/model'
import { readPrivateFile } from '../vault/index.ts'
import { type ParsedConfig, parseConfig } from './parse-config.ts'

const fileOf = (dataDir: string) => join(dataDir, 'config.json')

/** The configuration that was last in force, null where there is none or it cannot be read. */
export function readStoredConfig(dataDir: string): ParsedConfig | null {
  const text = readPrivateFile(fileOf(dataDir))
  if (text === null) return null
  try {
    return parseConfig(JSON.parse(text))
  } catch {
    return null
  }
}

export function removeConfig(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true })
}

/** Whole or not at all; without holding up the agent, since it may be large. */
export async function storeConfig(dataDir: string, config: AgentConfig): Promise<void> {
  const path = fileOf(dataDir)
  const file = await open(`${path}.tmp`, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(AgentConfig.parse(config)))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.tmp`, path)
}
