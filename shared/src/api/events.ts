import { z } from 'zod'
import { DeviceState, Instant, PointValue, Slug } from '../model/index.ts'
import { Fault } from './faults.ts'
import { AgentHealth } from './sites.ts'

/** `GET /api/v1/events` (server-sent, `data:` is one of these): what changed, only for sites that the caller may see. */
export const LiveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('fault'), change: z.enum(['opened', 'changed', 'closed', 'acknowledged']), fault: Fault }),
  z.object({ type: z.literal('device'), site: Slug, device: Slug, state: DeviceState, at: Instant }),
  z.object({
    type: z.literal('reading'),
    site: Slug,
    device: Slug,
    at: Instant,
    values: z.record(z.string(), PointValue),
  }),
  z.object({ type: z.literal('agent'), site: Slug, agent: Slug, state: AgentHealth, at: Instant }),
  z.object({ type: z.literal('enrolment'), site: Slug, id: z.string(), state: z.string() }),
  z.object({ type: z.literal('config'), site: Slug }),
  z.object({ type: z.literal('topology'), site: Slug }),
  z.object({ type: z.literal('silences'), site: Slug }),
])
export type LiveEvent = z.infer<typeof LiveEvent>
