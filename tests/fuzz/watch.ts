/** Runs a decoder in a thread and ends it when one message takes too long. */
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Counts, messageOf, type Run } from './fuzz.ts'
import { decoderNamed } from './registry.ts'

export type Outcome = Counts & { grownMb: number; seconds: number }

const lookEveryMs = 250
/** A machine that is shared may stall for seconds; no message is worth this long. */
const stuckAfterMs = 10_000

export async function watch(decoder: string, run: Run): Promise<Outcome> {
  const progress = new SharedArrayBuffer(8)
  const position = new Int32Array(progress)
  const worker = new Worker(join(import.meta.dirname, 'fuzz-worker.ts'), {
    workerData: { decoder, run, progress },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  let begun = 0
  let changedAtMs = performance.now()
  const stuck = new Promise<number>((resolve) => {
    const timer = setInterval(() => {
      const now = Atomics.load(position, 1)
      if (now !== begun) changedAtMs = performance.now()
      else if (performance.now() - changedAtMs > stuckAfterMs && now > 0) resolve(Atomics.load(position, 0))
      begun = now
    }, lookEveryMs)
    worker.once('exit', () => clearInterval(timer))
  })
  const ended = once(worker, 'message').then(([told]: Outcome[]) => told)
  const outcome = await Promise.race([stuck, ended])
  await worker.terminate()
  if (outcome === undefined) throw new Error(`the run of ${decoder} told nothing`)
  return typeof outcome === 'number' ? stuckAt(decoder, run, outcome) : outcome
}

async function stuckAt(decoder: string, run: Run, message: number): Promise<Outcome> {
  const bytes = messageOf(await decoderNamed(decoder), run.seed, message).toString('hex')
  const failure = { message, hex: bytes, error: `not done after ${stuckAfterMs / 1000} s` }
  const none = { read: 0, passedOver: 0, refused: 0, slowest: { message, ms: stuckAfterMs }, grownMb: 0, seconds: 0 }
  return { ...none, failures: [failure] }
}
