import { hostname } from 'node:os'
import { StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import { removeConfig, removeProblems } from '../config/index.ts'
import { isAgentRunning } from '../control/index.ts'
import { agentVersion, type Environment } from '../main.ts'
import { removeOutbox } from '../outbox/index.ts'
import { appendAudit, removeGrants } from '../support/index.ts'
import { enrol, proxyFor } from '../uplink/index.ts'
import {
  type AgentFile,
  forgetPendingKey,
  lanNetworks,
  makeDataFolder,
  pendingKeyFor,
  readAgentFile,
  writeAgentFile,
} from '../vault/index.ts'
import { dataOption, network } from './options.ts'
import { say } from './say.ts'

type Options = { data: string; allow?: string[]; name?: string; allowLoopback: boolean; replace: boolean }

export function enrolCommand(environment: Environment): Command {
  return new Command('enrol')
    .description('make this machine the agent of a site, with a token from the hub')
    .argument('<token>', 'the one-time token that the hub shows')
    .addOption(dataOption(environment))
    .option(
      '--allow <cidr...>',
      'networks that may be dialled, whatever the hub says (default: the private networks of this machine)',
      network,
    )
    .option('--name <name>', 'name of the agent (default: this machine’s)')
    .option('--allow-loopback', 'let devices on this machine’s loopback addresses through (for the demo)', false)
    .option('--replace', 'enrol anew in a folder that is enrolled', false)
    .addHelpText(
      'after',
      `
Examples:
  steward agent enrol steward-enrol-…
  steward agent enrol steward-enrol-… --allow 192.168.1.0/24 --allow 10.20.0.0/16 --name "Tower A"`,
    )
    .action((token: string, options: Options) => enrolHere(token, options, environment))
}

async function enrolHere(token: string, options: Options, environment: Environment): Promise<void> {
  const { data } = options
  makeDataFolder(data)
  const before = await currentEnrolment(data, options.replace)
  const allow = options.allow ?? lanNetworks()
  if (allow.length === 0) {
    throw new StewardError(
      'input/invalid',
      'This machine is in no private network; name those of the devices with --allow.',
    )
  }
  const name = (options.name ?? hostname()).trim().slice(0, 120) || 'agent'
  const agent = await enrol({
    token,
    name,
    allow,
    allowLoopback: options.allowLoopback,
    version: agentVersion,
    privateKey: pendingKeyFor(data, token),
    proxyFor: (url) => proxyFor(url, environment.proxy),
    now: Date.now(),
  })
  const isElsewhere = before !== null && (before.hub.key !== agent.hub.key || before.site.id !== agent.site.id)
  // What waits there belongs to the site that it came from; device passwords stay, each bound to its address.
  if (isElsewhere) for (const remove of [removeOutbox, removeConfig, removeProblems, removeGrants]) remove(data)
  writeAgentFile(data, agent)
  forgetPendingKey(data)
  const detail = { hub: agent.hub.url, site: agent.site.id, allow: allow.join(' ') }
  appendAudit(data, { at: Date.now(), action: 'agent/enrolled', who: environment.user, detail })
  tell(agent, data, environment)
}

/** What the folder is enrolled as. Throws where that must not be replaced. */
async function currentEnrolment(data: string, replace: boolean): Promise<AgentFile | null> {
  if (await isAgentRunning(data)) {
    const advice = 'stop it first (systemctl stop steward-agent, or Ctrl-C)'
    throw new StewardError('input/conflict', `An agent is running on ${data}; ${advice}, then enrol.`)
  }
  try {
    const before = readAgentFile(data)
    if (before === null || replace) return before
    const advice = 'use --replace to enrol anew, or --data for another folder'
    throw new StewardError(
      'input/conflict',
      `${data} is enrolled already, as ${before.agentId} at ${before.hub.url}; ${advice}.`,
    )
  } catch (error) {
    if (replace) return null
    throw error
  }
}

function tell({ agentId, site, hub, allow }: AgentFile, data: string, { language, dataDir }: Environment): void {
  const rest = data === dataDir ? '' : ` --data ${data}`
  say(language, {
    en: `Enrolled as ${agentId} of ${site.name}, at ${hub.url}.
May dial: ${allow.join(', ')}
Next: steward agent run${rest}   (or, as a service: sudo steward agent install-service)
      steward agent secret set DEVICE${rest}   gives it the password of a device`,
    zh: `已注册为 ${site.name} 的代理 ${agentId}，中心 ${hub.url}。
允许连接的网段：${allow.join('，')}
下一步：steward agent run${rest}   （或作为服务运行：sudo steward agent install-service）
        steward agent secret set 设备${rest}   为设备设置密码`,
  })
}
