/** The main job on a simulated building: devices in this process, hub and agent as children running the real command lines. */
import { createServer } from 'node:net'
import { StewardError } from '@steward/shared/errors'
import { type Building, startBuilding } from '../simulators/index.ts'
import { isInUse, startControl } from './control.ts'
import { watchForEnd } from './ending.ts'
import { folderAt, prepareFolder, readMemory, removeReady } from './folder.ts'
import { greeting } from './greet.ts'
import { startProduct } from './product.ts'
import { buildWebAppIfStale } from './web-app.ts'

export type DemoOptions = {
  root: string
  port: number
  dataDir: string
  /** whether what is in the folder stays for the next start */
  keeps: boolean
  restartAfterMs: number
}

/** The simulated devices are in 127.20.x.0/24; x is the first that is free, so that several demos run side by side. */
const net = 20
const mostDemos = 20

/** Runs until it is told to end; gives the exit status. Throws StewardError, with everything stopped again. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const started = performance.now()
  const folder = folderAt(options.dataDir)
  await checkPort(options.port)
  if (await isInUse(folder.path)) {
    const text = `A demo runs with the data folder ${folder.path}; end it first, or choose another with --data.`
    throw new StewardError('system/data-folder', text)
  }
  prepareFolder(folder, options.keeps)
  const { signal, ended, close } = watchForEnd()
  const stops: (() => Promise<void> | void)[] = []
  try {
    await buildWebAppIfStale(options.root, signal)
    const building = await startDevices(readMemory(folder)?.block ?? 0)
    stops.push(() => building.close())
    // Before it is said to be ready, so that whoever waits for that can break something at once.
    const control = await startControl(folder.path, building)
    stops.push(() => control.close())
    const onStop = (stop: () => Promise<void> | void) => stops.push(stop)
    const { url, memory } = await startProduct({ ...options, folder, building, signal, onStop })
    const seconds = (performance.now() - started) / 1000
    console.log(greeting({ url, memory, folder, keeps: options.keeps, building, seconds }))
    await ended
  } catch (error) {
    // Told to end while it was starting: whatever broke off because of that is no failure.
    if (!signal.aborted) throw error
  } finally {
    if (signal.aborted) console.log('\nStopping … 正在停止……')
    removeReady(folder)
    for (const stop of stops.reverse()) await stop()
    close()
  }
  return 0
}

/** Said before anything is built or started. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen(port, '127.0.0.1', resolve)
    })
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const why = isTaken ? 'is in use' : 'may not be used'
    throw new StewardError('system/port-in-use', `Port ${port} ${why}; choose another with --port.`, { cause: error })
  } finally {
    probe.close()
  }
}

/** `first`: where they were the last time; they go elsewhere only when somebody else is there. */
async function startDevices(first: number): Promise<Building> {
  const others = Array.from({ length: mostDemos }, (_, i) => i).filter((it) => it !== first)
  for (const block of [first, ...others]) {
    try {
      return await startBuilding({ net, block })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
  const text = 'The simulated devices’ ports are in use by other demos; end one of them first.'
  throw new StewardError('system/port-in-use', text)
}
