import { resolve } from 'node:path'
import type { Text } from '@steward/shared/model'
import { Command, InvalidArgumentError } from 'commander'
import {
  type Check,
  checkClock,
  checkDataFolder,
  checkDisk,
  checkHub,
  checkNode,
  checkPort,
  checkSystemd,
} from './doctor-checks.ts'
import { caOf } from './hub-call.ts'

export type DoctorOptions = { data: string; port: number; host: string; url?: string; ca?: string; json: boolean }

const marks = { ok: '✔', warn: '!', fail: '✘' } as const

/** Runs every check; each is independent, so that one failure does not hide the next. */
export async function examine(options: DoctorOptions): Promise<Check[]> {
  const ca = caOf({ url: '', ...(options.ca === undefined ? {} : { ca: options.ca }) }) ?? null
  const hub = options.url === undefined ? null : await checkHub(options.url, ca)
  const checks = await Promise.all([
    checkNode(process.versions.node),
    checkDataFolder(options.data),
    checkDisk(options.data),
    checkPort(options.port, options.host),
    checkClock(Date.now(), hub?.offsetMs ?? null),
    checkSystemd(),
  ])
  return hub === null ? checks : [...checks, hub.check]
}

function lineOf({ name, state, found, advice }: Check, language: keyof Text): string {
  const rest = advice[language] === '' ? '' : `\n    ${advice[language]}`
  return `${marks[state]} ${state.padEnd(4)} ${name.padEnd(12)} ${found[language]}${rest}`
}

/** The person's language as the terminal has it. */
function languageOf(env: NodeJS.ProcessEnv): keyof Text {
  return /^zh/i.test(env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '') ? 'zh' : 'en'
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('a port is 1 to 65535.')
  return port
}

function hubUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('write it as https://hub.example:8443.')
  }
  return text
}

/** `steward doctor`: what is good, what is not, and what to do about it. */
export function doctorCommand(env: NodeJS.ProcessEnv, cwd: string): Command {
  const path = (text: string) => resolve(cwd, text)
  return new Command('doctor')
    .description('check this machine: Node, data folder, disk, port, clock, services, and the way to the hub')
    .option('--data <dir>', "the hub's data folder", path, path('.data/hub'))
    .option('--port <n>', "the hub's port", portNumber, 8443)
    .option('--host <address>', 'the address that the hub listens on', '::')
    .option('--url <url>', 'a hub to reach, for example https://hub.example:8443', hubUrl, env.STEWARD_URL)
    .option('--ca <file>', "PEM file of the hub's CA")
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nExamples:\n  steward doctor\n  steward doctor --url https://hub.example:8443 --ca ca.pem\n\nExit status 1 when a check fails.',
    )
    .action(async (options: DoctorOptions) => {
      const checks = await examine(options)
      const ok = checks.every((it) => it.state !== 'fail')
      const text = options.json
        ? JSON.stringify({ ok, checks }, null, 2)
        : checks.map((it) => lineOf(it, languageOf(env))).join('\n')
      process.stdout.write(`${text}\n`)
      if (!ok) process.exitCode = 1
    })
}
