import { Command } from 'commander'
import type { Environment } from '../main.ts'
import { communitiesCommand } from './communities.ts'
import { enrolCommand } from './enrol.ts'
import { grantCommand, grantsCommand } from './grant.ts'
import { installServiceCommand } from './install-service.ts'
import { dataOption } from './options.ts'
import { secretCommand } from './secret.ts'
import { statusCommand } from './status.ts'

export function agentCommand(environment: Environment): Command {
  const command = new Command('agent').enablePositionalOptions().description('the agent at a customer’s site')
  const run = new Command('run')
    .description('run the agent until it is ended')
    .addOption(dataOption(environment))
    .addHelpText(
      'after',
      `
It works with the hub away, and goes on polling when it was revoked.
Exit status: 0 ended by a signal, 1 cannot go on (start it again), 2 not enrolled or misused.

Examples:
  steward agent run
  steward agent run --data /var/lib/steward-agent`,
    )
    .action(async (options: { data: string }) => {
      const { runAgent } = await import('../main.ts')
      process.exitCode = await runAgent(options.data, environment)
    })
  for (const it of [
    enrolCommand(environment),
    run,
    statusCommand(environment),
    secretCommand(environment),
    communitiesCommand(environment),
    grantCommand(environment),
    grantsCommand(environment),
    installServiceCommand(environment),
  ]) {
    command.addCommand(it)
  }
  return command
}
