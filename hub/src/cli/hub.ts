import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import type { CertificateFiles } from '../http/index.ts'
import { backupCommands } from './backup.ts'
import { installServiceCommand } from './install-service.ts'
import { collect, hostName, hubDataFolder, portOf } from './options.ts'
import { programFolder, programVersion, typedPath } from './paths.ts'
import { recoverCommand } from './recover.ts'

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

/** Names and addresses by which this machine is found, the given ones first. */
function namesOf(given: readonly string[]): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((it) => it ?? [])
    .filter((it) => !it.internal && !it.address.startsWith('fe80:'))
    .map((it) => it.address)
  return [...new Set([...given, hostname().toLowerCase(), ...addresses, 'localhost', '127.0.0.1'])]
}

function certificateFiles({ cert, key }: StartOptions): CertificateFiles | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined)
    throw new StewardError('input/invalid', 'Give both --cert and --key, or neither.')
  return { cert: typedPath(cert), key: typedPath(key) }
}

async function start(options: StartOptions): Promise<void> {
  const certificate = certificateFiles(options)
  const root = programFolder()
  // The whole hub is loaded only where it is to run: other commands answer at once.
  const { runHub } = await import('../main.ts')
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
    .option('--data <folder>', 'where its data is kept', hubDataFolder)
    .option('--port <number>', 'the one TLS port', portOf, 8443)
    .option('--host <address>', 'the address to listen on', hostName, '::')
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
  for (const it of [...backupCommands(), recoverCommand(), installServiceCommand()]) command.addCommand(it)
  return command
}
