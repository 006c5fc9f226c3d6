import { main } from '@steward/hub/cli'

process.exitCode = (await main(process.argv.slice(2))) ?? 0
