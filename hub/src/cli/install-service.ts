import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import { collect, hostName, portOf } from './options.ts'
import { programFolder, typedPath } from './paths.ts'
import { type HubService, hubUnit, launcher } from './systemd-unit.ts'

type Options = {
  bundle?: string
  port: number
  host: string
  name: string[]
  cert?: string
  key?: string
  start: boolean
  dryRun: boolean
}

const service = 'steward-hub'
const program = `/usr/local/lib/${service}`
const dataDir = `/var/lib/${service}`
const unitPath = `/etc/systemd/system/${service}.service`
const launcherPath = '/usr/local/bin/steward'

const help = `
It runs as its own user ${service}, may write ${dataDir} and nothing else, and needs no Node on this machine: the one that
runs this command is copied. Run it again to upgrade. Have a backup first: steward hub backup FILE

Examples:
  steward hub install-service --dry-run
  sudo steward hub install-service --name hub.example.com --port 443
  sudo steward hub install-service --name hub.example.com --cert /etc/ssl/hub.pem --key /etc/ssl/hub.key`

/** `steward hub install-service` */
export function installServiceCommand(): Command {
  return new Command('install-service')
    .description('install the hub as a systemd service that comes back after a reboot')
    .option('--bundle <folder>', 'the bundled program (default: this one, or dist/hub of the checkout)')
    .option('--port <number>', 'the one TLS port', portOf, 8443)
    .option('--host <address>', 'the address to listen on', hostName, '::')
    .option('--name <name>', 'a name or address by which it is opened (repeatable)', collect, [])
    .option('--cert <file>', 'a certificate chain (PEM) instead of the hub’s own authority')
    .option('--key <file>', 'its private key (PEM)')
    .option('--no-start', 'do not start it now')
    .option('--dry-run', 'print what would be done, change nothing', false)
    .addHelpText('after', help)
    .action(install)
}

function install(options: Options): void {
  const bundle = bundleFolder(options.bundle)
  const unit = hubUnit(serviceOf(options))
  if (options.dryRun) {
    console.log(planOf(bundle, options.start))
    console.log(`\n# ${unitPath}\n${unit}\n# ${launcherPath}\n${launcher()}`)
    return
  }
  checkMachine(bundle)
  try {
    makeUser()
    copyProgram(bundle)
    writeFileSync(unitPath, unit)
    writeFileSync(launcherPath, launcher(), { mode: 0o755 })
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    run('chown', ['-R', `${service}:${service}`, dataDir])
    chmodSync(dataDir, 0o700)
  } catch (error) {
    if (error instanceof StewardError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new StewardError('system/data-folder', `The service cannot be installed: ${why}.`, { cause: error })
  }
  run('systemctl', ['daemon-reload'])
  run('systemctl', ['enable', service])
  if (options.start) run('systemctl', ['restart', service])
  console.log(
    `Installed${options.start ? ' and running' : ''}. Its first-run code and its log: journalctl -u ${service}`,
  )
}

function serviceOf({ port, host, name, cert, key }: Options): HubService {
  if ((cert === undefined) !== (key === undefined))
    throw new StewardError('input/invalid', 'Give both --cert and --key, or neither.')
  const certificate = cert === undefined || key === undefined ? null : { cert: typedPath(cert), key: typedPath(key) }
  return { user: service, program, state: service, port, host, names: name, certificate }
}

/** Where the program is: named, or beside this code when it is the bundle, or where the checkout makes it. */
function bundleFolder(named: string | undefined): string {
  if (named !== undefined) return typedPath(named)
  return import.meta.url.endsWith('.ts') ? join(programFolder(), 'dist', 'hub') : programFolder()
}

function planOf(bundle: string, start: boolean): string {
  return [
    `# make the system user ${service}, without a shell`,
    `# copy ${bundle} and ${process.execPath} to ${program}`,
    `# give ${dataDir} (0700) to ${service}`,
    `# write ${unitPath} and ${launcherPath}`,
    `# systemctl daemon-reload; systemctl enable ${service}${start ? `; systemctl restart ${service}` : ''}`,
  ].join('\n')
}

function checkMachine(bundle: string): void {
  if (process.platform !== 'linux' || !existsSync('/run/systemd/system')) {
    throw new StewardError(
      'input/invalid',
      'This machine does not run systemd; run the hub by your own means: steward hub start',
    )
  }
  if (process.getuid?.() !== 0)
    throw new StewardError('input/invalid', 'Installing a service needs root: sudo steward hub install-service')
  if (!existsSync(join(bundle, 'steward.mjs'))) {
    throw new StewardError(
      'input/invalid',
      `${bundle} holds no steward.mjs; make it with "npx -y pnpm@12 bundle", or name it with --bundle.`,
    )
  }
}

function makeUser(): void {
  if (spawnSync('id', [service]).status === 0) return
  const home = ['--home-dir', dataDir, '--no-create-home', '--shell', '/usr/sbin/nologin']
  run('useradd', ['--system', '--user-group', ...home, service])
}

/** The old program goes only when the new one is there; a running one keeps its open files. */
function copyProgram(bundle: string): void {
  const fresh = `${program}.new`
  rmSync(fresh, { recursive: true, force: true })
  cpSync(bundle, fresh, { recursive: true })
  cpSync(process.execPath, join(fresh, 'node'), { dereference: true })
  for (const path of [fresh, ...readdirSync(fresh, { recursive: true }).map((it) => join(fresh, String(it)))]) {
    chownSync(path, 0, 0)
    chmodSync(path, statSync(path).isDirectory() || path === join(fresh, 'node') ? 0o755 : 0o644)
  }
  rmSync(`${program}.old`, { recursive: true, force: true })
  if (existsSync(program)) run('mv', [program, `${program}.old`])
  run('mv', [fresh, program])
  rmSync(`${program}.old`, { recursive: true, force: true })
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status === 0) return
  const why = error === undefined ? stderr.trim().split('\n')[0] : error.message
  throw new StewardError('system/data-folder', `${command} ${args.join(' ')} failed: ${why}`)
}
