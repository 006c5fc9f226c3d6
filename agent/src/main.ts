/** The agent as a process: the only place that reads the environment, starts the agent, ends it in order. */
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import type { Text } from '@steward/shared/model'
import agentPackage from '../package.json' with { type: 'json' }
import { createLog } from './log.ts'
import { profilesFolder } from './profiles-folder.ts'
import type { ProxySettings } from './uplink/index.ts'

export type Environment = {
  /** where the person stands, which pnpm puts into INIT_CWD */
  cwd: string
  language: keyof Text
  proxy: ProxySettings
  exitWithParent: boolean
  logLevel: string
  /** the data folder where none is named */
  dataDir: string
  /** who is at the keyboard, also behind sudo */
  user: string
}

export const agentVersion = agentPackage.version

export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const cwd = env.INIT_CWD ?? process.cwd()
  return {
    cwd,
    language: /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'zh' : 'en',
    proxy: {
      httpsProxy: env.HTTPS_PROXY || env.https_proxy || null,
      noProxy: env.NO_PROXY || env.no_proxy || '',
    },
    exitWithParent: env.STEWARD_EXIT_WITH_PARENT === '1',
    logLevel: env.STEWARD_LOG_LEVEL || 'info',
    dataDir: resolve(cwd, env.STEWARD_AGENT_DATA || join('.data', 'agent')),
    user: env.SUDO_USER || userName(),
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

const stopWithinMs = 10_000

/**
 * Runs the agent until a signal, or the end of standard input for a child that shall not outlive its parent. Gives the
 * exit status: 0 ended in order, 1 cannot go on (start it again). A revoked agent runs on. Throws before it has started.
 */
export async function runAgent(dataDir: string, environment: Environment): Promise<number> {
  process.umask(0o077)
  const { buildAgent } = await import('./app.ts')
  const { proxyFor } = await import('./uplink/index.ts')
  const { makeDataFolder, readAgentFile } = await import('./vault/index.ts')
  const file = readAgentFile(dataDir)
  if (file === null) {
    const advice = 'make a token at the hub and run: steward agent enrol TOKEN'
    throw new StewardError('input/not-found', `${dataDir} holds no enrolment; ${advice}`)
  }
  makeDataFolder(dataDir)
  const log = createLog(environment.logLevel, process.stderr.isTTY === true)
  const ended = endOfProcess(environment.exitWithParent)
  process.once('uncaughtException', (error) => ended.now(1, error))
  process.once('unhandledRejection', (error) => ended.now(1, error))

  const agent = await buildAgent({
    dataDir,
    agent: file,
    proxy: proxyFor(file.hub.url, environment.proxy),
    version: agentVersion,
    log: log.pino,
    profilesFolder: profilesFolder(),
    onBroken: (error) => ended.now(1, error),
  })
  process.stdout.write(
    `Steward agent ${file.agentId} of ${file.site.name} runs (process ${process.pid}, ${dataDir}).\n`,
  )
  const { status, error } = await ended.why
  if (error !== undefined) log.pino.fatal({ err: error }, 'The agent cannot go on.')
  const late = setTimeout(() => {
    log.pino.error({}, 'The agent did not end in time.')
    log.flush()
    process.exit(1)
  }, stopWithinMs)
  await agent.stop().catch((it: unknown) => log.pino.error({ err: it }, 'The agent did not end in order.'))
  clearTimeout(late)
  log.flush()
  process.stdin.unref?.()
  return status
}

type Ended = { status: number; error?: unknown }

function endOfProcess(withParent: boolean): { why: Promise<Ended>; now(status: number, error?: unknown): void } {
  let end: (it: Ended) => void = () => undefined
  const why = new Promise<Ended>((resolvePromise) => {
    end = resolvePromise
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end({ status: 0 }))
  if (withParent) {
    process.stdin.once('end', () => end({ status: 0 }))
    process.stdin.once('close', () => end({ status: 0 }))
    process.stdin.resume()
  }
  return { why, now: (status, error) => end({ status, error }) }
}
