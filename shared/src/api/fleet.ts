import { z } from 'zod'
import { AllowedNetworks, Instant, Slug, Title } from '../model/index.ts'
import { AgentStatus } from '../wire/index.ts'
import { pageOf } from './page.ts'
import { AgentHealth } from './sites.ts'

export const Agent = z.object({
  id: Slug,
  name: Title,
  site: Slug,
  state: AgentHealth,
  version: z.string(),
  host: z.object({ name: z.string(), platform: z.string(), arch: z.string() }),
  allow: z.array(z.string()),
  enrolledAt: Instant,
  lastSeenAt: Instant.nullable(),
  connectedSince: Instant.nullable(),
  revokedAt: Instant.nullable(),
  configRevision: z.string().nullable(),
  problems: z.array(
    z.object({ key: z.string(), code: z.string(), device: Slug.nullable(), message: z.string(), since: Instant }),
  ),
  /** as last told by the agent; null when it never was */
  status: AgentStatus.nullable(),
})
export type Agent = z.infer<typeof Agent>
export const AgentList = pageOf(Agent)

export const EnrolmentRequest = z.object({ site: Slug, name: Title.optional() })

/** Live steps of an enrolment: waiting → connected → first reading. `token` is given once, in the answer to its making. */
export const Enrolment = z.object({
  id: z.string(),
  site: Slug,
  state: z.enum(['waiting', 'enrolled', 'connected', 'reading', 'expired', 'withdrawn']),
  createdAt: Instant,
  expiresAt: Instant,
  agent: Slug.nullable(),
})
export type Enrolment = z.infer<typeof Enrolment>
export const EnrolmentList = pageOf(Enrolment)
/** `command` is the one line to copy at the agent's machine. */
export const EnrolmentCreated = Enrolment.extend({ token: z.string(), command: z.string() })
export type EnrolmentCreated = z.infer<typeof EnrolmentCreated>

export const AllowedNetworksList = AllowedNetworks
