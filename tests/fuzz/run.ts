/** `pnpm fuzz [DECODER …] [--count N] [--seed S] [--only MESSAGE]`: wrong messages for every decoder, and what became of them. */
import { parseArgs } from 'node:util'
import { messageOf } from './fuzz.ts'
import { decoderNamed, decoderNames } from './registry.ts'
import { type Outcome, watch } from './watch.ts'

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((it) => it !== '--'),
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
})
const names = positionals.length > 0 ? positionals : decoderNames
const seed = Number(values.seed)
const only = values.only === undefined ? null : Number(values.only)
const count = Number(values.count)

function share(part: number, { read, passedOver, refused }: Outcome): string {
  return `${Math.round((part / Math.max(1, read + passedOver + refused)) * 100)} %`
}

function row(name: string, it: Outcome): string {
  const whole = (it.read + it.passedOver + it.refused + it.failures.length).toLocaleString('en')
  const memory = `${it.grownMb >= 0 ? '+' : ''}${it.grownMb.toFixed(1)}`
  const cells = [
    name,
    whole,
    share(it.read, it),
    share(it.refused, it),
    it.seconds.toFixed(0),
    it.slowest.ms.toFixed(1),
  ]
  return `| ${[...cells, it.failures.length, memory].join(' | ')} |`
}

console.log('| decoder | messages | read | refused | s | most CPU, ms | failures | memory, MB |')
console.log('|---|---:|---:|---:|---:|---:|---:|---:|')
for (const name of names) {
  if (only !== null) console.error(messageOf(await decoderNamed(name), seed, only).toString('hex'))
  const run = only === null ? { seed, from: 0, to: count } : { seed, from: only, to: only + 1 }
  const outcome = await watch(name, run)
  console.log(row(name, outcome))
  console.error(`${name}: most of the processor took message ${outcome.slowest.message}`)
  for (const { message, hex, error } of outcome.failures) {
    process.exitCode = 1
    console.error(`${name}: message ${message} of seed ${seed}: ${error}\n  ${hex}`)
  }
}
