import { setTimeout as sleep } from 'node:timers/promises'
import { StewardError } from '@steward/shared/errors'
import type { AgentConfig } from '@steward/shared/model'
import { AgentStatus, ConfigReceipt, linkPaths } from '@steward/shared/wire'
import type { WebSocket } from 'ws'
import { type AgentSession, openAgentSession } from './agent-session.ts'
import { configBody } from './config-body.ts'

export type LinkedAgent = { id: string; site: string }

/** What the link tells the rest of the fleet. Failures of these are the caller's to log. */
export type LinkHooks = {
  configOf(agent: LinkedAgent): Promise<AgentConfig>
  onUp(agent: LinkedAgent): void
  onWord(agent: LinkedAgent): void
  onDown(agent: LinkedAgent): void
  onReceipt(agent: LinkedAgent, receipt: ConfigReceipt): Promise<void>
  onStatus(agent: LinkedAgent, status: AgentStatus): Promise<void>
  warn(message: string, facts: Record<string, unknown>): void
}

/** Close codes of the WebSocket, for the agent to tell apart (RFC 6455 section 7.4.2). */
export const closeCodes = { goingAway: 1001, replaced: 4000, revoked: 4001 } as const

/** Who is connected now: one link an agent, a newer one takes the place of an older one. */
export type Links = {
  accept(agent: LinkedAgent, socket: WebSocket): void
  /** The session of an agent; throws `fleet/agent-away` while it is not connected. */
  of(agent: string): AgentSession
  /** agents of a site that are connected now */
  ofSite(site: string): string[]
  end(agent: string, code: number, why: string): void
  endOfSite(site: string, code: number, why: string): void
  count(): number
  /** Gives the agents of a site their configuration anew. */
  configChanged(site: string): void
  stop(): void
}

type Link = { agent: LinkedAgent; session: AgentSession; push(): void; close(): void }

const statusEveryMs = 15_000
const pushAgainMs = 5000
const answerWithinMs = 15_000
const configWithinMs = 60_000

export function createLinks(hooks: LinkHooks): Links {
  const links = new Map<string, Link>()
  return {
    accept(agent, socket) {
      links.get(agent.id)?.session.end(closeCodes.replaced, 'a newer connection of this agent took over')
      const link = openLink(agent, socket, hooks, (closed) => {
        // An older link that ends after a newer one began is no news.
        if (links.get(agent.id) !== closed) return
        links.delete(agent.id)
        hooks.onDown(agent)
      })
      links.set(agent.id, link)
      hooks.onUp(agent)
      link.push()
    },
    of(agent) {
      const link = links.get(agent)
      if (link !== undefined) return link.session
      throw new StewardError('fleet/agent-away', `The agent ${agent} is not connected now.`)
    },
    ofSite: (site) => [...links.values()].filter((it) => it.agent.site === site).map((it) => it.agent.id),
    end(agent, code, why) {
      links.get(agent)?.session.end(code, why)
    },
    endOfSite(site, code, why) {
      for (const link of links.values()) if (link.agent.site === site) link.session.end(code, why)
    },
    count: () => links.size,
    configChanged(site) {
      for (const link of links.values()) if (link.agent.site === site) link.push()
    },
    stop() {
      for (const link of links.values()) link.session.end(closeCodes.goingAway, 'the hub is stopping')
    },
  }
}

function openLink(agent: LinkedAgent, socket: WebSocket, hooks: LinkHooks, onClose: (link: Link) => void): Link {
  const session = openAgentSession(agent.id, socket, {
    onWord: () => hooks.onWord(agent),
    onClose: () => {
      link.close()
      onClose(link)
    },
  })
  const pusher = createPusher(async () => {
    const config = await hooks.configOf(agent)
    const body = configBody(config)
    const answer = await session.ask({ method: 'PUT', path: linkPaths.config, body, withinMs: configWithinMs })
    await hooks.onReceipt(agent, ConfigReceipt.parse(answer))
  }, hooks)
  const timer = setInterval(() => {
    session
      .ask({ method: 'GET', path: linkPaths.status, withinMs: answerWithinMs })
      .then((answer) => hooks.onStatus(agent, AgentStatus.parse(answer)))
      .catch((error: unknown) =>
        hooks.warn('an agent does not tell its status', { agent: agent.id, error: String(error) }),
      )
  }, statusEveryMs)
  const link: Link = {
    agent,
    session,
    push: pusher.push,
    close() {
      clearInterval(timer)
      pusher.stop()
    },
  }
  return link
}

/** Runs `work` when asked, one at a time; asked meanwhile it runs once more; failed it tries again. */
function createPusher(work: () => Promise<void>, { warn }: LinkHooks): { push(): void; stop(): void } {
  const stopping = new AbortController()
  let running = false
  let again = false
  const run = async (): Promise<void> => {
    while (again && !stopping.signal.aborted) {
      again = false
      try {
        await work()
      } catch (error) {
        again = true
        await sleep(pushAgainMs, undefined, { signal: stopping.signal }).catch(() => undefined)
        // Where the link has ended meanwhile, that is why.
        if (!stopping.signal.aborted) warn('an agent did not take its configuration', { error: String(error) })
      }
    }
    running = false
  }
  return {
    push() {
      again = true
      if (running) return
      running = true
      void run()
    },
    stop: () => stopping.abort(),
  }
}
