/** The agent's side of the command line: `steward agent …`, `diagnose`, `probe`, `record`, `discover`. */
import { isStewardError } from '@steward/shared/errors'
import { Command, CommanderError } from 'commander'
import { readEnvironment } from '../main.ts'
import { agentCommand } from './agent.ts'
import { diagnoseCommand } from './diagnose.ts'
import { discoverCommand } from './discover.ts'
import { probeCommand } from './probe.ts'
import { recordCommand } from './record.ts'
import { lineOf } from './say.ts'

/** Runs one command line, the command's word first; gives the exit status: 0 done, 1 failed, 2 misused. */
export async function main(argv: string[]): Promise<number> {
  const environment = readEnvironment()
  const program = new Command('steward').enablePositionalOptions().exitOverride()
  const commands = [
    agentCommand(environment),
    diagnoseCommand(environment.cwd),
    probeCommand(),
    recordCommand(),
    discoverCommand(environment),
  ]
  for (const command of commands) program.addCommand(withExitOverride(command))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!isStewardError(error)) throw error
    process.stderr.write(`${lineOf(error, environment.language)}\n`)
    return error.area === 'input' ? 2 : 1
  }
}

function withExitOverride(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) withExitOverride(child)
  return command
}
