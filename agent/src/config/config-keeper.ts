import type { AgentConfig } from '@steward/shared/model'
import type { ConfigReceipt } from '@steward/shared/wire'
import type { Log } from '../polling/contract.ts'
import { type ConfigProblem, type ParsedConfig, parseConfig } from './parse-config.ts'
import { readStoredConfig, storeConfig } from './stored-config.ts'

const mostProblems = 1000

export type ConfigKeeper = {
  /** The revision in force, null before the first. */
  revision(): string | null
  /** Puts the stored configuration into force, so that the agent works with the hub away. */
  restore(): void
  /** Takes a configuration from the hub: into force, then onto the disk. Throws `input/invalid` when it is none. */
  take(body: unknown): Promise<ConfigReceipt>
}

export type ConfigKeeping = {
  dataDir: string
  log: Log
  /** puts it into force; the answer names what was left out */
  apply(config: AgentConfig): ConfigProblem[]
  /** all problems of the configuration that is now in force */
  onProblems(problems: readonly ConfigProblem[]): void
}

/**
 * Keeps the hub's configuration. It is stored only after it has been put into force: one that ended the agent would
 * otherwise end it again at every start.
 */
export function keepConfig({ dataDir, log, apply, onProblems }: ConfigKeeping): ConfigKeeper {
  let inForce: ConfigReceipt | null = null
  let storing = Promise.resolve()
  const enforce = ({ config, problems }: ParsedConfig): ConfigReceipt => {
    const all = [...problems, ...apply(config)].slice(0, mostProblems)
    const { revision } = config
    log.info(
      { revision, devices: config.devices.length, problems: all.length },
      `Configuration ${revision} is in force: ${config.devices.length} devices, ${all.length} problems.`,
    )
    onProblems(all)
    inForce = { revision, problems: all }
    return inForce
  }
  return {
    revision: () => inForce?.revision ?? null,
    restore() {
      const stored = readStoredConfig(dataDir)
      if (stored === null) log.info({}, 'No configuration yet; it comes from the hub.')
      else enforce(stored)
    },
    async take(body) {
      const parsed = parseConfig(body)
      // The hub gives it at each connection; a revision is a hash of its content.
      if (inForce?.revision === parsed.config.revision) return inForce
      const receipt = enforce(parsed)
      storing = storing.then(() => storeConfig(dataDir, parsed.config))
      try {
        await storing
      } catch (error) {
        // It is in force all the same; the hub sends it again at the next connection.
        storing = Promise.resolve()
        log.error(
          { err: error, code: 'system/data-folder' },
          'The configuration cannot be stored; make room on the disk.',
        )
      }
      return receipt
    },
  }
}
