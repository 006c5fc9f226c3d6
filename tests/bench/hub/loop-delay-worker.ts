/** Loaded into the hub before its own code: at SIGUSR2 it says the longest hold-up of the event loop since the last time. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

// The hub's own figure has a resolution of 10 ms, for it runs for ever.
const resolutionMs = 1
const delay = monitorEventLoopDelay({ resolution: resolutionMs })
delay.enable()
process.on('SIGUSR2', () => {
  console.log(`loop-delay ${Math.max(0, delay.max / 1e6 - resolutionMs)}`)
  delay.reset()
})
