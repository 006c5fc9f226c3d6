import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { Command, InvalidArgumentError } from 'commander'
import type { ServerCertificate } from '../http/index.ts'
import { runHub } from '../main.ts'
import { backupCommands } from './backup.ts'
import { programFolder, programVersion, typedPath } from './paths.ts'

type StartOptions = {
  data: string
  port: number
  host: string
  name: string[]
  cert?: string
  key?: string
  allowLoopback: boolean
}

const startExamples = `
Examples:
  steward hub start                                   on port 8443, data in .data/hub
  steward hub start --name hub.example.com --port 443 people and agents open https://hub.example.com
  steward hub start --cert fullchain.pem --key key.pem with a certificate of your own`

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 1 to 65535.')
  return port
}

function collect(name: string, before: string[]): string[] {
  return [...before, name]
}

/** Names and addresses by which this machine is found, the given ones first. */
function namesOf(given: readonly string[]): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((it) => it ?? [])
    .filter((it) => !it.internal && !it.address.startsWith('fe80:'))
    .map((it) => it.address)
  return [...new Set([...given, hostname().toLowerCase(), ...addresses, 'localhost', '127.0.0.1'])]
}

function givenCertificate({ cert, key }: StartOptions): ServerCertificate | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined)
    throw new StewardError('input/invalid', 'Give both --cert and --key, or neither.')
  try {
    return { cert: readFileSync(typedPath(cert), 'utf8'), key: readFileSync(typedPath(key), 'utf8'), ca: null }
  } catch (error) {
    throw new StewardError(
      'input/invalid',
      `The certificate cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

async function start(options: StartOptions): Promise<void> {
  const certificate = givenCertificate(options)
  const root = programFolder()
  process.exitCode = await runHub({
    dataDir: typedPath(options.data),
    host: options.host,
    port: options.port,
    names: namesOf(options.name),
    webApp: join(root, import.meta.url.endsWith('.ts') ? 'dashboards/dist' : 'web'),
    allowLoopback: options.allowLoopback,
    version: programVersion(),
    ...(certificate === undefined ? {} : { certificate }),
  })
}

/** `steward hub …` */
export function hubCommand(): Command {
  const command = new Command('hub').description('run and look after the hub')
  command
    .command('start')
    .description('run the hub until it is told to end')
    .option('--data <folder>', 'where its data is kept', '.data/hub')
    .option('--port <number>', 'the one TLS port', portOf, 8443)
    .option('--host <address>', 'the address to listen on', '::')
    .option(
      '--name <name>',
      'a name or address by which it is opened; the first is used in links (repeatable)',
      collect,
      [],
    )
    .option('--cert <file>', 'a certificate chain (PEM) instead of the hub’s own authority')
    .option('--key <file>', 'its private key (PEM)')
    .option('--allow-loopback', 'let alerts go to addresses of this machine', false)
    .addHelpText('after', startExamples)
    .action(start)
  for (const it of backupCommands()) command.addCommand(it)
  return command
}
