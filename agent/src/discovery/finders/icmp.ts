/** Who answers a ping, by the program fping where it is installed: Node cannot send ICMP, and fping may without being root. */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Call, Finder } from '../contract.ts'
import { said } from '../said.ts'

const addressesAtOnce = 64
const answerMs = 700

export type PingOptions = { program?: string; packetsPerSecond: number }

/** On loopback every address answers a ping, which says nothing; there it is left out. */
export function createIcmpFinder({ program = 'fping', packetsPerSecond }: PingOptions): Finder {
  return {
    questions: () => [],
    async callOut(call) {
      if (call.range.network.startsWith('127.')) return
      await pingAll(call, program, packetsPerSecond)
    },
  }
}

async function pingAll(
  { range, pacer, mayDial, heard, signal }: Call,
  program: string,
  packetsPerSecond: number,
): Promise<void> {
  let some: string[] = []
  const ping = async (): Promise<boolean> => {
    await pacer.take(some.length, signal)
    if (signal.aborted) return false
    const alive = await alivesOf(program, some, packetsPerSecond, signal)
    for (const address of alive ?? []) heard(address, { by: 'icmp', text: said.ping() })
    some = []
    return alive !== null
  }
  for (const address of range.addresses()) {
    if (mayDial(address)) some.push(address)
    if (some.length === addressesAtOnce && !(await ping())) return
  }
  if (some.length > 0) await ping()
}

/** One packet each; null where the program is not there. */
export async function alivesOf(
  program: string,
  addresses: readonly string[],
  packetsPerSecond: number,
  signal: AbortSignal,
): Promise<string[] | null> {
  const everyMs = Math.max(1, Math.ceil(1000 / packetsPerSecond))
  const args = ['-a', '-q', '-r', '0', '-t', String(answerMs), '-i', String(everyMs)]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], signal })
  const failed = new Promise<null>((resolve) => child.once('error', () => resolve(null)))
  child.stdin.on('error', () => undefined)
  child.stdin.end(`${addresses.join('\n')}\n`)
  const told = text(child.stdout).catch(() => '')
  const answer = await Promise.race([failed, told])
  return answer === null
    ? null
    : answer
        .split('\n')
        .map((it) => it.trim())
        .filter((it) => addresses.includes(it))
}
