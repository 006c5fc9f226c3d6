import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import type { Environment } from '../main.ts'
import { agentFilePath, systemCode } from '../vault/index.ts'
import { say } from './say.ts'
import { agentUnit, launcher, letsPing, type ServiceLayout } from './systemd-unit.ts'

type Options = { bundle?: string; start: boolean; dryRun: boolean; ping?: boolean }

const layout: Omit<ServiceLayout, 'mayPing'> = {
  user: 'steward-agent',
  program: '/usr/local/lib/steward-agent',
  state: 'steward-agent',
}
const dataDir = `/var/lib/${layout.state}`
const unitPath = '/etc/systemd/system/steward-agent.service'
const launcherPath = '/usr/local/bin/steward'

export function installServiceCommand(environment: Environment): Command {
  return new Command('install-service')
    .description('install the agent as a systemd service that comes back after a reboot')
    .option('--bundle <dir>', 'folder of the bundled program (default: this one, or dist/agent)')
    .option('--no-start', 'do not start it now')
    .option('--ping', 'let it ping devices (CAP_NET_RAW); kept at upgrades until --no-ping')
    .option('--no-ping', 'knock at ports where a device would be pinged')
    .option('--dry-run', 'print what would be done, change nothing', false)
    .addHelpText(
      'after',
      `
It runs as its own user ${layout.user}, may write ${dataDir} and nothing else, and needs no Node on this machine: the one
that runs this command is copied. Run it again to upgrade.

Examples:
  steward agent install-service --dry-run
  sudo steward agent install-service
  sudo steward agent install-service --ping
  sudo steward agent enrol steward-enrol-… && sudo systemctl restart steward-agent`,
    )
    .action((options: Options) => install(options, environment))
}

function install(options: Options, environment: Environment): void {
  const bundle = bundleFolder(options.bundle, environment.cwd)
  const unit = agentUnit({ ...layout, mayPing: options.ping ?? letsPing(presentUnit()) })
  if (options.dryRun) {
    process.stdout.write(`${plan(bundle, options.start)}\n\n# ${unitPath}\n${unit}\n# ${launcherPath}\n${launcher()}`)
    return
  }
  checkMachine()
  if (!existsSync(join(bundle, 'steward.mjs'))) {
    throw new StewardError(
      'input/not-found',
      `${bundle} holds no steward.mjs; make it with "npx -y pnpm@12 bundle", or name it with --bundle.`,
    )
  }
  try {
    makeUser()
    copyProgram(bundle)
    writeFileSync(unitPath, unit)
    writeFileSync(launcherPath, launcher(), { mode: 0o755 })
    giveDataFolder()
  } catch (error) {
    if (error instanceof StewardError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new StewardError('system/data-folder', `The service cannot be installed: ${why}.`, { cause: error })
  }
  run('systemctl', ['daemon-reload'])
  run('systemctl', ['enable', 'steward-agent'])
  const isEnrolled = existsSync(agentFilePath(dataDir))
  if (options.start && isEnrolled) run('systemctl', ['restart', 'steward-agent'])
  tellNext(isEnrolled, options.start, environment)
}

/** Empty where none is installed. */
function presentUnit(): string {
  return existsSync(unitPath) ? readFileSync(unitPath, 'utf8') : ''
}

/** Where the program is: named, or beside this code when it is the bundle, or where the checkout makes it. */
function bundleFolder(named: string | undefined, cwd: string): string {
  if (named !== undefined) return resolve(cwd, named)
  return import.meta.url.endsWith('.ts') ? resolve(import.meta.dirname, '../../../dist/agent') : import.meta.dirname
}

function plan(bundle: string, start: boolean): string {
  return [
    `# make the system user ${layout.user}, without a shell`,
    `# copy ${bundle} and ${process.execPath} to ${layout.program}`,
    `# give ${dataDir} (0700) to ${layout.user}`,
    `# write ${unitPath} and ${launcherPath}`,
    `# systemctl daemon-reload; systemctl enable steward-agent${start ? '; systemctl restart steward-agent (once enrolled)' : ''}`,
  ].join('\n')
}

function checkMachine(): void {
  if (process.platform !== 'linux' || !existsSync('/run/systemd/system')) {
    throw new StewardError(
      'input/invalid',
      'This machine does not run systemd; run the agent by your own means: steward agent run',
    )
  }
  if (process.getuid?.() !== 0) {
    throw new StewardError('input/invalid', 'Installing a service needs root: sudo steward agent install-service')
  }
}

function makeUser(): void {
  if (spawnSync('id', [layout.user]).status === 0) return
  run('useradd', [
    '--system',
    '--user-group',
    '--home-dir',
    dataDir,
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    layout.user,
  ])
}

/** The old program goes only when the new one is there; a running one keeps its open files. */
function copyProgram(bundle: string): void {
  const fresh = `${layout.program}.new`
  rmSync(fresh, { recursive: true, force: true })
  cpSync(bundle, fresh, { recursive: true })
  copyFileSync(process.execPath, join(fresh, 'node'))
  chmodSync(join(fresh, 'node'), 0o755)
  for (const path of [fresh, ...readdirSync(fresh, { recursive: true }).map((it) => join(fresh, String(it)))]) {
    chownSync(path, 0, 0)
    chmodSync(path, statSync(path).isDirectory() || path.endsWith('/node') ? 0o755 : 0o644)
  }
  run('rm', ['-rf', `${layout.program}.old`])
  if (existsSync(layout.program)) run('mv', [layout.program, `${layout.program}.old`])
  run('mv', [fresh, layout.program])
  run('rm', ['-rf', `${layout.program}.old`])
}

function giveDataFolder(): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  run('chown', ['-R', `${layout.user}:${layout.user}`, dataDir])
  chmodSync(dataDir, 0o700)
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status === 0) return
  const why = error === undefined ? stderr.trim().split('\n')[0] : systemCode(error)
  throw new StewardError('system/data-folder', `${program} ${args.join(' ')} failed: ${why}`)
}

function tellNext(isEnrolled: boolean, started: boolean, { language }: Environment): void {
  if (!isEnrolled) {
    say(language, {
      en: 'Installed. Next: sudo steward agent enrol TOKEN && sudo systemctl start steward-agent',
      zh: '已安装。下一步：sudo steward agent enrol 令牌 && sudo systemctl start steward-agent',
    })
    return
  }
  say(language, {
    en: `Installed${started ? ' and running' : ''}. See: steward agent status, journalctl -u steward-agent`,
    zh: `已安装${started ? '并运行' : ''}。查看：steward agent status，journalctl -u steward-agent`,
  })
}
