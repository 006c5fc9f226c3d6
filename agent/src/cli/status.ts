import { StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import { askAgent, type LocalStatus } from '../control/index.ts'
import type { Environment } from '../main.ts'
import { readAgentFile } from '../vault/index.ts'
import { dataOption } from './options.ts'
import { type Language, when } from './say.ts'

export function statusCommand(environment: Environment): Command {
  return new Command('status')
    .description('what the running agent does: hub, devices, faults, outbox, problems')
    .addOption(dataOption(environment))
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nExit status 1 when no agent is running.\n\nExamples:\n  steward agent status\n  steward agent status --json',
    )
    .action(async ({ data, json }: { data: string; json: boolean }) => {
      const status = await askAgent(data)
      if (status === null) throw notRunning(data)
      process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : `${textOf(status, environment.language)}\n`)
    })
}

function notRunning(data: string): StewardError {
  if (readAgentFile(data) === null) {
    return new StewardError(
      'input/not-found',
      `${data} holds no enrolment; name the folder with --data, or enrol first.`,
    )
  }
  return new StewardError('system/internal', `No agent is running on ${data}; start it: steward agent run`)
}

const words = {
  en: {
    ...{ agent: 'Agent', hub: 'Hub', devices: 'Devices', faults: 'Open faults', outbox: 'Outbox', allow: 'May dial' },
    ...{ problems: 'Problems', grants: 'Grants', memory: 'Memory', config: 'Configuration', none: 'none' },
    listens: 'Listens on',
    ...{ up: 'up', down: 'down', unknown: 'not known', since: 'since', records: 'records wait' },
  },
  zh: {
    ...{ agent: '代理', hub: '中心', devices: '设备', faults: '未恢复故障', outbox: '发件箱', allow: '允许网段' },
    ...{ problems: '问题', grants: '授权', memory: '内存', config: '配置', none: '无' },
    listens: '监听端口',
    ...{ up: '正常', down: '中断', unknown: '未知', since: '自', records: '条记录待发' },
  },
} as const

const states: Readonly<Record<string, { en: string; zh: string }>> = {
  connecting: { en: 'connecting', zh: '正在连接' },
  connected: { en: 'connected', zh: '已连接' },
  unreachable: { en: 'cannot be reached', zh: '无法连接' },
  revoked: { en: 'has revoked this agent', zh: '已吊销此代理' },
}

function textOf(status: LocalStatus, language: Language): string {
  const word = words[language]
  const { hub, agent } = status
  const mebibytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`
  const { up, down, unknown } = agent.devices
  const lines: [string, string][] = [
    [
      word.agent,
      `${status.agentId} (${status.name}), ${status.site.name}, ${agent.version}, ${word.since} ${when(agent.startedAt)}`,
    ],
    [
      word.hub,
      `${hub.url} ${states[hub.state]?.[language] ?? hub.state}, ${word.since} ${when(hub.since)}${hub.reason === null ? '' : `: ${hub.reason}`}`,
    ],
    [word.config, agent.configRevision ?? word.none],
    [word.devices, `${up} ${word.up}, ${down} ${word.down}, ${unknown} ${word.unknown}`],
    [word.faults, status.openFaults.map((it) => `${it.level} ${it.cause} (${it.kind})`).join(', ') || word.none],
    [
      word.outbox,
      `${agent.outbox.records} ${word.records}, ${mebibytes(agent.outbox.bytes)} / ${mebibytes(agent.outbox.maxBytes)}`,
    ],
    [word.memory, mebibytes(agent.rssBytes)],
    [word.allow, agent.allow.join(', ')],
    [word.listens, status.listeners.map((it) => `${it.port} (${it.way})`).join(', ') || word.none],
    [word.grants, status.grants.map((it) => `${it.id} ${it.device}:${it.port}`).join(', ') || word.none],
  ]
  const problems = [
    ...(status.outboxProblem === null ? [] : [status.outboxProblem]),
    ...status.problems.map((it) => it.message),
  ]
  lines.push([word.problems, problems.length === 0 ? word.none : problems.map((it) => `\n  - ${it}`).join('')])
  return lines.map(([name, value]) => `${name}: ${value}`).join('\n')
}
