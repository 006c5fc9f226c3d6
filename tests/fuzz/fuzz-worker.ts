/** One run of one decoder in a thread of its own, so that an endless loop can be seen and ended from outside. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { type Counts, fuzz, type Run, textOf } from './fuzz.ts'
import { decoderNamed } from './registry.ts'

type Job = { decoder: string; run: Run; progress: SharedArrayBuffer }

const { decoder: name, run, progress }: Job = workerData
const decoder = await decoderNamed(name)
const counts: Counts = { read: 0, passedOver: 0, refused: 0, slowest: { message: 0, ms: 0 }, failures: [] }
const position = new Int32Array(progress)
let current = run.from

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

function heapMb(): number {
  if (typeof collect === 'function') for (let i = 0; i < 3; i += 1) collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024 / 1024
}

process.on('uncaughtException', (error) => {
  counts.failures.push({ message: current, hex: '', error: `not caught by anybody: ${textOf(error)}` })
})

const began = (message: number): void => {
  current = message
  Atomics.store(position, 0, message)
  Atomics.add(position, 1, 1)
}

const opened = await decoder.open()
// Code is compiled and caches are filled by the first tenth; what grows after that goes on growing.
const middle = run.from + Math.floor((run.to - run.from) / 10)
const startedMs = performance.now()
await fuzz(decoder, opened, { ...run, to: middle }, counts, began)
const before = heapMb()
await fuzz(decoder, opened, { ...run, from: middle }, counts, began)
const grownMb = heapMb() - before
const seconds = (performance.now() - startedMs) / 1000
await opened.close?.()
parentPort?.postMessage({ ...counts, grownMb, seconds })
