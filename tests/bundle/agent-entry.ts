import { main } from '@steward/agent/cli'

process.exitCode = (await main(process.argv.slice(2))) ?? 0
