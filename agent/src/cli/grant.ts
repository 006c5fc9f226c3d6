import { StewardError } from '@steward/shared/errors'
import { Command, InvalidArgumentError } from 'commander'
import { askAgent, tellAgent } from '../control/index.ts'
import type { Environment } from '../main.ts'
import { appendAudit, endGrant, giveGrant, listGrants, maxGrantMinutes } from '../support/index.ts'
import { findDevice } from './known-devices.ts'
import { dataOption, deviceName, ipAddress, portNumber } from './options.ts'
import { say, table, when } from './say.ts'

type GrantOptions = { data: string; device?: string; port?: number; minutes?: number; by?: string; address?: string }

export function grantCommand(environment: Environment): Command {
  const grant = new Command('grant')
    .description('let engineers connect to a port of a device for some time')
    .addOption(dataOption(environment))
    .option('--device <device>', 'as the hub names it', deviceName)
    .option('--port <port>', 'the TCP port', portNumber)
    .option('--minutes <n>', `for how long, at most ${maxGrantMinutes}`, minutes)
    .option('--by <name>', 'who gives it (default: you)')
    .option('--address <ip>', 'the device’s address, where the agent has no configuration yet', ipAddress)
    .addHelpText(
      'after',
      `
Only this machine gives grants; the hub cannot. A grant holds for the device’s address as it is now.

Examples:
  steward agent grant --device cam-07 --port 80 --minutes 60 --by "Li Lei"
  steward agent grants
  steward agent grant end k7m2p9xq
  steward agent grant end --all`,
    )
    .action((options: GrantOptions) => give(options, environment))
  const end = new Command('end')
    .description('end a grant; its connections are cut at once')
    .argument('[id]', 'as "steward agent grants" shows it')
    .addOption(dataOption(environment))
    .option('--all', 'end all', false)
    .action((id: string | undefined, options: { data: string; all: boolean }) =>
      endGrants(id, options.all, options.data, environment),
    )
  // Or `grant` would take the --data that stands after `end`.
  return grant.enablePositionalOptions().addCommand(end)
}

export function grantsCommand(environment: Environment): Command {
  return new Command('grants')
    .description('the grants that are in force')
    .addOption(dataOption(environment))
    .addHelpText('after', '\nExample:\n  steward agent grants')
    .action((options: { data: string }) => list(options.data, environment))
}

function minutes(text: string): number {
  const n = Number(text)
  if (Number.isFinite(n) && n > 0 && n <= maxGrantMinutes) return n
  throw new InvalidArgumentError(`Minutes are a number up to ${maxGrantMinutes} (a week).`)
}

async function give(options: GrantOptions, environment: Environment): Promise<void> {
  const { data, device, port } = options
  if (device === undefined || port === undefined || options.minutes === undefined) {
    throw new StewardError(
      'input/invalid',
      'Name the device, its port and for how long: --device cam-07 --port 80 --minutes 60',
    )
  }
  const { address } = findDevice(data, device, options.address)
  const by = (options.by ?? environment.user).slice(0, 200)
  const now = Date.now()
  const grant = giveGrant(data, { device, address, port, minutes: options.minutes, by, now })
  const detail = { grant: grant.id, address, port, until: new Date(grant.until).toISOString() }
  appendAudit(data, { at: now, action: 'grant/given', device, who: by, detail })
  const isRunning = await tellAgent(data, { grants: true })
  say(environment.language, {
    en: `Grant ${grant.id}: ${device} (${address}) port ${port} until ${when(grant.until)}.${isRunning ? '' : ' No agent is running here.'}`,
    zh: `授权 ${grant.id}：${device}（${address}）端口 ${port}，至 ${when(grant.until)}。${isRunning ? '' : '代理未在运行。'}`,
  })
}

async function endGrants(id: string | undefined, all: boolean, data: string, environment: Environment): Promise<void> {
  if ((id === undefined) === !all) {
    throw new StewardError('input/invalid', 'Name one grant, or --all: steward agent grant end k7m2p9xq')
  }
  const chosen = listGrants(data).filter((it) => all || it.id === id)
  if (id !== undefined && chosen.length === 0) {
    throw new StewardError('input/not-found', `There is no grant "${id}"; see: steward agent grants`)
  }
  for (const { id: one, device, port } of chosen) {
    endGrant(data, one)
    const detail = { grant: one, port }
    appendAudit(data, { at: Date.now(), action: 'grant/ended', device, who: environment.user, detail })
  }
  await tellAgent(data, { grants: true })
  say(environment.language, {
    en: `Ended: ${chosen.map((it) => it.id).join(', ') || 'there was none'}.`,
    zh: `已结束：${chosen.map((it) => it.id).join('，') || '没有授权'}。`,
  })
}

async function list(data: string, { language }: Environment): Promise<void> {
  const running = (await askAgent(data).catch(() => null))?.grants ?? []
  const streams = new Map(running.map((it) => [it.id, it.streams]))
  const rows = listGrants(data)
    .filter((it) => it.until > Date.now())
    .map(({ id, device, address, port, until, by }) => {
      return [id, device, address, String(port), when(until), String(streams.get(id) ?? 0), by]
    })
  if (rows.length === 0) return say(language, { en: 'No grants are in force.', zh: '当前没有生效的授权。' })
  const head =
    language === 'zh'
      ? ['编号', '设备', '地址', '端口', '有效至', '连接数', '授权人']
      : ['id', 'device', 'address', 'port', 'until', 'open', 'by']
  process.stdout.write(`${table([head, ...rows])}\n`)
}
