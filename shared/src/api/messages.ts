import { z } from 'zod'
import { DeviceMessage, Instant, Slug } from '../model/index.ts'
import { PageQuery, pageOf } from './page.ts'

/** One message of a device; `at`: when its agent heard it. */
export const DeviceMessageEntry = DeviceMessage.extend({ id: z.string(), device: Slug, at: Instant })
export type DeviceMessageEntry = z.infer<typeof DeviceMessageEntry>
export const DeviceMessages = pageOf(DeviceMessageEntry)

/** `urgency`: this and what is more urgent; what has none (SNMP) is always there. `search` in name, text and fields. */
export const MessagesQuery = PageQuery.extend({
  next: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  device: Slug.optional(),
  urgency: z.coerce.number().int().min(0).max(7).optional(),
  search: z.string().min(1).max(100).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
})
export type MessagesQuery = z.infer<typeof MessagesQuery>
