import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Outbox } from '../outbox/index.ts'
import type { Log } from '../polling/contract.ts'
import type { AgentFile } from '../vault/index.ts'
import { backoffMs, pause } from './backoff.ts'
import { createHubClient, type HubClient } from './hub-client.ts'
import { authenticate, keepToken, type Tokens } from './identity.ts'
import { type Link, openLink } from './link.ts'
import type { LinkHost } from './link-host.ts'
import { startPump } from './pump.ts'
import { createTeller } from './teller.ts'

export type UplinkState = {
  state: 'connecting' | 'connected' | 'unreachable' | 'revoked'
  /** since when, in epoch milliseconds */
  since: number
  /** why it is unreachable or revoked, null otherwise */
  reason: string | null
}

export type UplinkOptions = {
  agent: AgentFile
  proxy: string | null
  outbox: Outbox
  host: LinkHost
  log: Log
  onState?(state: UplinkState): void
  /** how often the hub is asked for a sign of life; 10 s */
  pingEveryMs?: number
  now?: () => number
}

export type Uplink = {
  state(): UplinkState
  /** Sends what still waits (at most 3 s) and closes the connection. */
  stop(): Promise<void>
}

/** A link that ended sooner counts as a failure: the next try waits. */
const goodLinkMs = 10_000
const drainMs = 3000
const usualPingEveryMs = 10_000

/**
 * Keeps the one connection to the hub alive, for ever: both sides prove themselves, batches go up, commands come down.
 * With the hub away it tries again and again, more and more slowly. Revoked, it stops trying and says so once.
 */
export function startUplink(options: UplinkOptions): Uplink {
  const { agent, outbox, host, log } = options
  const now = options.now ?? Date.now
  const ending = new AbortController()
  const { signal } = ending
  const pingEveryMs = options.pingEveryMs ?? usualPingEveryMs
  const client = createHubClient({ url: agent.hub.url, ca: agent.hub.ca, proxy: options.proxy })
  const tokens = keepToken(() => authenticate(client, agent, signal))
  const teller = createTeller(log, agent.hub.url)
  let state: UplinkState = { state: 'connecting', since: now(), reason: null }

  const become = (next: UplinkState['state'], reason: string | null = null) => {
    if (state.state === next && state.reason === reason) return
    state = { state: next, since: state.state === next ? state.since : now(), reason }
    options.onState?.(state)
  }
  const failed = (error: StewardError) => {
    if (signal.aborted) return
    if (error.code === 'fleet/agent-revoked') {
      become('revoked', error.message)
      const advice = 'Polling goes on and its data is kept; to send it again, enrol with --replace'
      log.error({ code: error.code }, `This agent was revoked at the hub; it stops trying. ${advice}.`)
      ending.abort()
      return
    }
    if (state.state !== 'connected') become('unreachable', error.message)
    teller.failed(error)
  }
  const pump = startPump({ outbox, client, tokens, log, onFailure: failed, onSuccess: () => teller.mended(), signal })
  const connected = () => {
    become('connected')
    teller.mended()
    pump.wake()
  }
  const lost = (why: string) => {
    become('connecting')
    teller.lost(why)
    // A way that has gone dead without a word would hold a post, and the fault in it, for half a minute.
    client.dropConnections()
  }
  const ended = keepLink({ client, tokens, host, log, signal, pingEveryMs, failed, connected, lost })
  return {
    state: () => state,
    async stop() {
      await Promise.race([pump.drain(drainMs), pause(drainMs + 500, signal).done])
      ending.abort()
      await ended
      client.dropConnections()
    },
  }
}

type LinkKeeping = {
  client: HubClient
  tokens: Tokens
  host: LinkHost
  log: Log
  signal: AbortSignal
  pingEveryMs: number
  failed(error: StewardError): void
  connected(): void
  lost(why: string): void
}

async function keepLink(it: LinkKeeping): Promise<void> {
  let failures = 0
  while (!it.signal.aborted) {
    const startedMs = performance.now()
    try {
      const link = await connect(it)
      it.connected()
      const why = await lasting(link, it.signal)
      if (!it.signal.aborted) it.lost(why)
      failures = performance.now() - startedMs >= goodLinkMs ? 1 : failures + 1
    } catch (error) {
      failures += 1
      it.failed(asStewardError(error))
    }
    if (!it.signal.aborted) await pause(backoffMs(failures), it.signal).done
  }
}

async function connect({ client, tokens, host, log, signal, pingEveryMs }: LinkKeeping): Promise<Link> {
  const token = await tokens.get()
  try {
    return await openLink(client, token, host, log, { signal, pingEveryMs })
  } catch (error) {
    if (isStewardError(error, 'access/unauthenticated')) tokens.refused(token)
    throw error
  }
}

/** Until the link is gone by itself, or is closed because the agent stops. */
async function lasting(link: Link, signal: AbortSignal): Promise<string> {
  const end = () => link.end()
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  const why = await link.closed
  signal.removeEventListener('abort', end)
  return why
}

function asStewardError(error: unknown): StewardError {
  if (error instanceof StewardError) return error
  return new StewardError('system/internal', `The connection failed: ${String(error)}.`, { cause: error })
}
