import { StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import { recoverAtRunningHub } from '../backup/index.ts'
import { hubDataFolder } from './options.ts'
import { typedPath } from './paths.ts'

async function recover(email: string, options: { data: string }): Promise<void> {
  const dataDir = typedPath(options.data)
  const link = await recoverAtRunningHub(dataDir, email)
  if (link === null)
    throw new StewardError('input/invalid', `No hub runs on ${dataDir}; start it, or name its data folder with --data.`)
  console.log(`${email} chooses a new password here, within an hour:\n${link}`)
  console.log('All sessions of this person have ended, and the second factor is off until it is set up again.')
}

/** `steward hub recover EMAIL` */
export function recoverCommand(): Command {
  return new Command('recover')
    .description('let a person in again who has lost password or second factor; for whoever is at this machine')
    .argument('<email>', 'the address with which the person signs in')
    .option('--data <folder>', 'where the data of the hub is kept', hubDataFolder)
    .addHelpText('after', '\nExample:\n  steward hub recover admin@example.com')
    .action(recover)
}
