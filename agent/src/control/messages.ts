import { EpochMs, Slug } from '@steward/shared/model'
import { AgentStatus, GrantSummary } from '@steward/shared/wire'
import { z } from 'zod'

/** What was changed on the disk, so that the running agent looks there now. */
export const Changed = z.object({ secrets: z.array(Slug).max(20_000).default([]), grants: z.boolean().default(false) })
export type Changed = z.infer<typeof Changed>

/** What the running agent says of itself to a person at this machine. */
export const LocalStatus = z.object({
  pid: z.int(),
  agentId: Slug,
  name: z.string(),
  site: z.object({ id: Slug, name: z.string() }),
  hub: z.object({ url: z.string(), state: z.string(), since: EpochMs, reason: z.string().nullable() }),
  agent: AgentStatus,
  outboxProblem: z.string().nullable(),
  openFaults: z.array(z.object({ cause: z.string(), level: z.string(), kind: z.string(), openedAt: z.number() })),
  problems: z.array(z.object({ code: z.string(), device: z.string().nullable(), message: z.string() })),
  grants: z.array(GrantSummary),
  /** ports that are open for messages of devices */
  listeners: z.array(z.object({ way: z.string(), port: z.int() })),
})
export type LocalStatus = z.infer<typeof LocalStatus>

export const controlPaths = { status: '/status', changed: '/changed' } as const
