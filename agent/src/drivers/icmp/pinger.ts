/** Pings by the program fping: what is asked within a moment goes out in one child process. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** The times to answer, ms, null for each packet that was lost; or why this machine cannot ping. */
export type Pings = { times: (number | null)[] } | { unable: string }

export type Pinger = {
  /** Waits at most `timeoutMs` for the last packet. */
  ping(address: string, packets: number, timeoutMs: number): Promise<Pings>
  close(): void
}

type Round = { addresses: Set<string>; timeoutMs: number; result: Promise<Map<string, (number | null)[]> | string> }

const gatherMs = 20
const betweenPacketsMs = 200
const betweenAddressesMs = 2
const longestWaitMs = 5000
/** What fping ends with when it could not ask at all: 0 and 1 tell who answered, 2 that an address is none. */
const firstFailureCode = 3

export function createPinger(program: string): Pinger {
  const closed = new AbortController()
  const gathering = new Map<number, Round>()
  const begin = (packets: number): Round => {
    const round: Round = { addresses: new Set(), timeoutMs: 0, result: Promise.resolve('') }
    round.result = new Promise<void>((resolve) => setTimeout(resolve, gatherMs)).then(() => {
      gathering.delete(packets)
      return run(program, packets, round, closed.signal)
    })
    gathering.set(packets, round)
    return round
  }
  return {
    async ping(address, packets, timeoutMs) {
      const round = gathering.get(packets) ?? begin(packets)
      round.addresses.add(address)
      round.timeoutMs = Math.max(round.timeoutMs, Math.min(timeoutMs, longestWaitMs))
      const told = await round.result
      return typeof told === 'string' ? { unable: told } : { times: told.get(address) ?? [] }
    },
    close: () => closed.abort(),
  }
}

/** Gives the reason as text where nothing could be sent. */
async function run(
  program: string,
  packets: number,
  { addresses, timeoutMs }: Round,
  signal: AbortSignal,
): Promise<Map<string, (number | null)[]> | string> {
  const options = { C: packets, p: betweenPacketsMs, i: betweenAddressesMs, t: Math.max(1, Math.round(timeoutMs)) }
  const flags = Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)])
  const child = spawn(program, ['-q', ...flags, '-f', '-'], { stdio: ['pipe', 'ignore', 'pipe'], signal })
  child.stdin.on('error', () => undefined)
  child.stdin.end([...addresses].join('\n'))
  try {
    const [[code], said] = await Promise.all([once(child, 'close'), text(child.stderr)])
    return typeof code === 'number' && code < firstFailureCode ? readTimes(said) : reasonIn(said)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOENT') return 'it is not installed'
    // So it ends where the service's bounding set of capabilities leaves out what the file asks for.
    if (code === 'EPERM') return 'this service may not; sudo steward agent install-service --ping lets it'
    return reasonIn(String(error))
  }
}

/** `10.0.4.7 : 0.52 - 0.49`: a time or a dash for each packet; other lines tell of ICMP errors on the way. */
export function readTimes(said: string): Map<string, (number | null)[]> {
  const times = new Map<string, (number | null)[]>()
  for (const line of said.split('\n')) {
    const [, address, told] = /^(\S{1,64})\s{0,64}:((?: (?:\d{1,9}(?:\.\d{1,9})?|-)){1,100})$/.exec(line) ?? []
    if (address === undefined || told === undefined) continue
    times.set(
      address,
      told
        .trim()
        .split(' ')
        .map((it) => (it === '-' ? null : Number(it))),
    )
  }
  return times
}

function reasonIn(said: string): string {
  return (
    said
      .trim()
      .split('\n')[0]
      ?.replace(/\p{Cc}/gu, ' ')
      .slice(0, 160) || 'it ended without a word'
  )
}
