/** `steward demo`: the simulated building with hub and agent; `demo break` and `demo heal` from a second shell. */
import { join, resolve } from 'node:path'
import { isStewardError } from '@steward/shared/errors'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type BreakMode, modes } from '../simulators/index.ts'
import { askControl } from './control.ts'
import { runDemo } from './run.ts'

const root = resolve(import.meta.dirname, '..', '..')
const defaultData = join(root, '.data', 'demo')

const typed = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path)

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 1 to 65535.')
  return port
}

function secondsOf(text: string): number {
  const seconds = Number(text)
  if (!Number.isFinite(seconds) || seconds < 0 || seconds > 3600)
    throw new InvalidArgumentError('Seconds from 0 to 3600.')
  return seconds
}

const examples = `
Examples:
  npx -y pnpm@12 demo                        on port 8443, everything fresh
  npx -y pnpm@12 demo --port 9443 --data d   a second start with the same folder finds everything again
  npx -y pnpm@12 demo:break cam-07           in a second shell: one camera off
  npx -y pnpm@12 demo:heal cam-07`

function program(): Command {
  const dataOption = (what: string) => new Option('--data <folder>', what)
  const demo = new Command('demo')
    .description('run the simulated building, a hub and an agent')
    .option('--port <number>', 'port of the hub', portOf, 8443)
    .addOption(dataOption('where its data is kept (default: .data/demo of the project, fresh at each start)'))
    .option('--restart-after <seconds>', 'start a hub or agent that was killed again after this time', secondsOf, 60)
    .addHelpText('after', examples)
    .action(async (options: { port: number; data?: string; restartAfter: number }) => {
      const keeps = options.data !== undefined
      const dataDir = options.data === undefined ? defaultData : typed(options.data)
      process.exitCode = await runDemo({
        root,
        port: options.port,
        dataDir,
        keeps,
        restartAfterMs: options.restartAfter * 1000,
      })
    })
  demo
    .command('break')
    .description('break a simulated device')
    .argument('<device>', 'for example cam-07 or core-1')
    .addOption(new Option('--mode <mode>', 'how').choices([...modes]).default('power'))
    .addOption(dataOption('the folder of the running demo, where one was given'))
    .action(async (device: string, options: { mode: BreakMode; data?: string }) => {
      console.log(await askControl(dataOf(options), { do: 'break', device, mode: options.mode }))
    })
  demo
    .command('heal')
    .description('mend a simulated device')
    .argument('<device>', 'for example cam-07 or core-1')
    .addOption(dataOption('the folder of the running demo, where one was given'))
    .action(async (device: string, options: { data?: string }) => {
      console.log(await askControl(dataOf(options), { do: 'heal', device }))
    })
  return new Command('steward').addCommand(demo)

  /** An option of the same name on the parent takes the value, so both are looked at. */
  function dataOf(options: { data?: string }): string {
    const given = options.data ?? demo.opts<{ data?: string }>().data
    return given === undefined ? defaultData : typed(given)
  }
}

function withExitOverride(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) withExitOverride(child)
  return command
}

/** Exit status: 0 done, 1 failed, 2 misused. */
export async function main(argv: string[]): Promise<number> {
  try {
    await withExitOverride(program()).parseAsync(argv, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (isStewardError(error)) {
      console.error(error.message)
      return error.area === 'input' ? 2 : 1
    }
    throw error
  }
}
