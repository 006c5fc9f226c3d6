/**
 * A store that is written to and kept up without a pause, to be killed: `node timeseries-child.ts FOLDER FIRST`. Writes values
 * FIRST, FIRST + 1 …, one a minute of its own time, and says `stored N` when N is safe, `sealed N` when days were closed.
 */
import { timeSeriesBackends } from '@steward/hub/timeseries'

const [folder = '', first = '0'] = process.argv.slice(2)
const minute = 60_000
const start = Date.UTC(2026, 5, 1)
const stepsABatch = 500

let next = Number(first)
const timeOf = (value: number): number => start + value * minute
const open = timeSeriesBackends.embedded
if (open === undefined) throw new Error('no embedded store')
const store = await open({ folder, now: () => timeOf(next), warn: (message) => console.log(`warning ${message}`) })

async function write(): Promise<void> {
  for (;;) {
    const samples = Array.from({ length: stepsABatch }, (_, i) => ({
      device: 'ups-1',
      at: timeOf(next + i),
      values: { load: next + i, state: next + i === 0 ? 'first' : 'later' },
    }))
    await store.write({ customer: 'acme', site: 'tower-a', samples })
    next += stepsABatch
    console.log(`stored ${next}`)
  }
}

async function keepUp(): Promise<void> {
  for (;;) {
    const { sealedFiles } = await store.upkeep()
    if (sealedFiles > 0) console.log(`sealed ${sealedFiles}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

console.log('ready')
await Promise.all([write(), keepUp()])
