/** What a client of this bench measures of itself and prints as its last line. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export type Figure = { values: number; cpuSeconds: number; wallSeconds: number; residentMb: number; sockets: number }

export function startMeasure(): (values: number) => Figure {
  const cpu = process.cpuUsage()
  const started = performance.now()
  return (values) => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      values,
      cpuSeconds: (user + system) / 1e6,
      wallSeconds: (performance.now() - started) / 1000,
      residentMb: peakMb(),
      sockets: openSockets(),
    }
  }
}

function peakMb(): number {
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return Number(peak ?? 0) / 1024
}

function openSockets(): number {
  let count = 0
  for (const it of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${it}`).startsWith('socket:')) count += 1
    } catch {
      // The descriptor of the listing itself is gone by now.
    }
  }
  return count
}
