/** `pnpm bench [NAME …]`: runs the benches in this folder one after the other, each in a process of its own; they print figures and ratios. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const all = readdirSync(import.meta.dirname)
  .filter((it) => it.endsWith('.ts') && it !== 'run.ts')
  .map((it) => it.replace(/\.ts$/, ''))
  .sort()

const wanted = process.argv.slice(2).filter((it) => it !== '--')
const unknown = wanted.filter((it) => !all.includes(it))
if (unknown.length > 0) {
  console.error(`No bench is called ${unknown.join(', ')}; there are: ${all.join(', ')}.`)
  process.exit(2)
}

let failed = 0
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n== ${name}`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', join(import.meta.dirname, `${name}.ts`)], {
    stdio: 'inherit',
  })
  if (status !== 0) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
