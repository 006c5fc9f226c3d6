/** One question to one name server, through Node's resolver (c-ares); nobody else is asked, nothing is kept. */
import { Resolver } from 'node:dns/promises'
import type { ConnectionOf } from '@steward/shared/model'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import { placeOf } from '../tcp-connect.ts'

export type DnsQuestion = Pick<ConnectionOf<'dns'>, 'port' | 'name' | 'type'> & { address: string }

/** What the server said: `answers` as text, empty where there are none. */
export type DnsAnswer = {
  tookMs: number
  state: 'ok' | 'no-such-name' | 'no-data' | 'server-failed' | 'refused'
  answers: string[]
}

/** The answers of a server that has none (RFC 1035, section 4.1.1), as c-ares calls them. */
const refusals: Readonly<Record<string, DnsAnswer['state']>> = {
  ENOTFOUND: 'no-such-name',
  ENODATA: 'no-data',
  ESERVFAIL: 'server-failed',
  EREFUSED: 'refused',
  ENOTIMP: 'refused',
  EFORMERR: 'server-failed',
}
const silences: readonly string[] = ['ETIMEOUT', 'ECANCELLED']
const maxTryMs = 60_000

/** Throws StewardError when nothing came that is an answer. A lost packet is asked for once more within the time. */
export async function askName(question: DnsQuestion, limits: Limits): Promise<DnsAnswer> {
  const where = placeOf(question.address, question.port)
  if (limits.signal.aborted) throw aborted(where)
  const tryMs = Math.max(50, Math.min(maxTryMs, Math.round(limits.timeoutMs / 2)))
  const resolver = new Resolver({ timeout: tryMs, tries: 2 })
  resolver.setServers([where])
  const cancel = (): void => resolver.cancel()
  const timer = setTimeout(cancel, limits.timeoutMs)
  limits.signal.addEventListener('abort', cancel, { once: true })
  const startedMs = performance.now()
  try {
    const answers = await resolve(resolver, question)
    return { tookMs: performance.now() - startedMs, state: 'ok', answers: answers.map(textOf) }
  } catch (error) {
    if (limits.signal.aborted) throw aborted(where)
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const state = refusals[code]
    if (state !== undefined) return { tookMs: performance.now() - startedMs, state, answers: [] }
    throw silences.includes(code) ? timedOut(where, limits.timeoutMs) : networkFailure(error, where)
  } finally {
    clearTimeout(timer)
    limits.signal.removeEventListener('abort', cancel)
  }
}

async function resolve(resolver: Resolver, { name, type }: DnsQuestion): Promise<unknown[]> {
  const told: unknown = await resolver.resolve(name, type)
  return Array.isArray(told) ? told : [told]
}

/** As zone files write it: `10 mail.example.org` for an MX. */
function textOf(answer: unknown): string {
  if (Array.isArray(answer)) return answer.join('')
  return typeof answer === 'object' && answer !== null ? Object.values(answer).join(' ') : String(answer)
}
