/** `pnpm check`: types, lint and format, dead code, then all tests (import rules and generated files are among them). */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules', '.bin', name)

const steps: { what: string; command: string[] }[] = [
  { what: 'types', command: [bin('tsc'), '-p', '.'] },
  { what: 'types of the web app', command: [bin('tsc'), '-p', 'dashboards'] },
  { what: 'lint and format', command: [bin('biome'), 'check', '.'] },
  { what: 'dead code', command: [bin('knip')] },
  { what: 'tests', command: [process.execPath, join('tests', 'run.ts')] },
]

for (const { what, command } of steps) {
  const [program = '', ...args] = command
  const { status } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) {
    console.error(`check: ${what} failed.`)
    process.exit(1)
  }
  console.log(`check: ${what} ok`)
}
