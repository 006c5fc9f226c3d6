/** ICMP: whether a device answers pings, how fast, and how many packets are lost. */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { ConnectionOf, PointValue } from '@steward/shared/model'
import type { Driver, DriverSession, LearnedPoint, Limits, Target } from '../contract.ts'
import { aborted, checkOutcomeOf, timedOut } from '../network-failure.ts'
import { connectTcp } from '../tcp-connect.ts'
import { createPinger, type Pinger, type Pings } from './pinger.ts'

const pollPackets = 5
const roundTrip = { id: 'icmp.rtt', class: 'latency', instance: '', name: 'Round trip', unit: 's' }
const loss: LearnedPoint = {
  ...{ id: 'icmp.loss', class: 'loss', instance: '', name: 'Packets lost', unit: '%' },
  // One packet of five may be lost anywhere.
  limits: { high: 20 },
  watch: { isDirect: false },
}
const method = { id: 'icmp.method', class: 'state', instance: '', name: 'Asked by', unit: '', states: ['icmp', 'tcp'] }

/** Times in ms. `unable`: why a port was knocked at in place of pings. */
type Answer = { times: (number | null)[]; unable: string | null }

/** `program`: where fping is. */
export function createIcmpDriver(program = 'fping'): Driver<'icmp'> {
  const pinger = createPinger(program)
  return {
    name: 'icmp',
    needsSecret: () => false,
    open: (target) => openSession(target, pinger),
    close: () => pinger.close(),
  }
}

function openSession({ address, connection }: Target<ConnectionOf<'icmp'>>, pinger: Pinger): DriverSession {
  let told = false
  const ask = async (packets: number, limits: Limits): Promise<Answer> => {
    const startedMs = performance.now()
    const pings = await within(address, limits, pinger.ping(address, packets, limits.timeoutMs))
    if ('unable' in pings) {
      const leftMs = Math.max(1, limits.timeoutMs - (performance.now() - startedMs))
      return { times: [await knock(address, connection.port, { ...limits, timeoutMs: leftMs })], unable: pings.unable }
    }
    if (pings.times.every((it) => it === null)) {
      throw new StewardError('driver/timeout', `${address} answers no pings; is it on, and do firewalls let ICMP pass?`)
    }
    return { ...pings, unable: null }
  }
  return {
    check: (limits) => checkOutcomeOf(async () => void (await ask(1, limits))),
    async poll(limits) {
      const { times, unable } = await ask(pollPackets, limits)
      const points = told ? {} : { points: [roundTrip, loss, method] }
      told = true
      const lost = times.filter((it) => it === null).length
      const values: Record<string, PointValue> = {
        [roundTrip.id]: secondsOf(median(times.filter((it) => it !== null))),
        [loss.id]: unable === null ? (100 * lost) / times.length : null,
        [method.id]: unable === null ? 'icmp' : 'tcp',
      }
      if (unable === null) return { ...points, values, errors: [] }
      const port = `port ${connection.port} is knocked at instead`
      const message = `fping cannot be used (${unable}); ${port}. Install Debian's package fping and let it open raw sockets.`
      return { ...points, values, errors: [{ point: loss.id, message }] }
    },
    close: () => undefined,
  }
}

/** The others of the round still wait when this one is given up. */
async function within(address: string, { timeoutMs, signal }: Limits, pings: Promise<Pings>): Promise<Pings> {
  if (signal.aborted) throw aborted(address)
  const ended = Promise.withResolvers<never>()
  const onAbort = (): void => ended.reject(aborted(address))
  // The last of several packets leaves later than the first, and fping itself waits for it.
  const timer = setTimeout(() => ended.reject(timedOut(address, timeoutMs)), timeoutMs + 2000)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([pings, ended.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** In ms. Who refuses a connection answers. */
async function knock(address: string, port: number, limits: Limits): Promise<number> {
  const startedMs = performance.now()
  try {
    const socket = await connectTcp(address, port, limits)
    socket.on('error', () => undefined)
    socket.destroy()
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
  return performance.now() - startedMs
}

function isRefusal(error: unknown): boolean {
  if (!isStewardError(error)) return false
  const { cause } = error
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}

/** fping tells microseconds, so that is all there is to show. */
function secondsOf(ms: number): number {
  return Math.round(ms * 1000) / 1e6
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
}
