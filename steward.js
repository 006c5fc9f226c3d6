#!/usr/bin/env node
// One command for both sides. Plain JavaScript, so that an old Node can still say which one is needed.
const [major] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(`Steward needs Node 24 or newer, this is ${process.version}. Run it as: npx -y pnpm@12 steward …`)
  process.exit(2)
}

// Whoever reads no further (`steward … | head`) has what they wanted.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

// The second start need not strip types and compile again.
const { enableCompileCache } = await import('node:module')
enableCompileCache()

const agentSide = './agent/src/cli/index.ts'
const hubSide = './hub/src/cli/index.ts'
const sides = {
  agent: agentSide,
  diagnose: agentSide,
  probe: agentSide,
  record: agentSide,
  discover: agentSide,
  hub: hubSide,
  connect: hubSide,
  apply: hubSide,
  doctor: hubSide,
  whatif: hubSide,
  demo: './tests/demo/cli.ts',
}

const help = `Steward: remote monitoring and diagnostics for building systems.

Usage: steward COMMAND [options]        (steward COMMAND --help shows its options and examples)

  hub        run and look after the hub: start, backup, restore
  agent      the agent at a customer's site: enrol, run, secrets, grants, service
  connect    a local port to a device at a site, through its agent
  apply      bring customers, sites, devices and recipients to what a YAML file says
  diagnose   replay a site's events and print its faults with their levels
  whatif     replay the stored past of all sites under other rules
  probe      read one device and print what it says
  record     walk one device into an anonymised recording, ready to be a test
  discover   find devices in a network and say what they are
  doctor     check this machine: Node, ports, data folder, hub, clock
  demo       the simulated building: demo, demo break DEVICE, demo heal DEVICE
`

const command = process.argv[2]
if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
  process.stdout.write(help)
} else if (Object.hasOwn(sides, command)) {
  const { main } = await import(sides[command])
  process.exitCode = (await main(process.argv.slice(2))) ?? process.exitCode
} else {
  console.error(`Unknown command "${command}". Run "steward --help" for the list.`)
  process.exit(2)
}
