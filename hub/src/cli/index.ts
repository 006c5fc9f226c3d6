/** The hub's side of the command line: `steward hub …`, `apply`, `connect`, `doctor`, `whatif`. */
import { isStewardError } from '@steward/shared/errors'
import { Command, CommanderError } from 'commander'
import { applyCommand } from './apply.ts'
import { connectCommand } from './connect.ts'
import { doctorCommand } from './doctor.ts'
import { hubCommand } from './hub.ts'
import { typedPath } from './paths.ts'
import { whatIfCommand } from './whatif.ts'

/** Runs one command line, the command's word first; gives the exit status: 0 done, 1 failed, 2 misused. */
export async function main(argv: string[]): Promise<number> {
  const program = new Command('steward').exitOverride().configureOutput({ outputError: (text, write) => write(text) })
  const doctor = doctorCommand(process.env, typedPath('.'))
  const commands = [hubCommand(), applyCommand(), connectCommand(), whatIfCommand(), doctor]
  for (const command of commands) program.addCommand(withExitOverride(command))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (isStewardError(error)) {
      console.error(error.message)
      return error.next === 'reconfigure' && error.area === 'input' ? 2 : 1
    }
    // A mistake of ours: one line for the person, the rest for whoever looks into it.
    console.error(`Something went wrong inside: ${error instanceof Error ? error.message : String(error)}`)
    if (/^(debug|trace)$/.test(process.env.STEWARD_LOG_LEVEL ?? '')) console.error(error)
    else console.error('STEWARD_LOG_LEVEL=debug shows where.')
    return 1
  }
}

function withExitOverride(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) withExitOverride(child)
  return command
}
