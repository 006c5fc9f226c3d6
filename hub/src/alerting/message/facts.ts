import { EpochMs, FaultKind, FaultLevel, Slug, Text } from '@steward/shared/model'
import { z } from 'zod'

export const AlertEvent = z.enum(['opened', 'raised', 'closed', 'test'])
export type AlertEvent = z.infer<typeof AlertEvent>

const NamedDevice = z.object({ id: Slug, name: z.string() })

/**
 * What was known when the alert was decided. Kept with its delivery, so that an alert that is sent late still says what
 * it was for. `devices` are the causes (several for an incident, none for a silent site), cut at ten.
 */
export const AlertFacts = z.object({
  event: AlertEvent,
  fault: z.string(),
  incident: z.string().nullable(),
  level: FaultLevel,
  previousLevel: FaultLevel.nullable(),
  kind: FaultKind,
  site: z.object({ id: Slug, name: z.string(), timezone: z.string() }),
  devices: z.array(NamedDevice).max(10),
  deviceCount: z.int().min(0),
  affected: z.int().min(0),
  reason: Text,
  openedAt: EpochMs,
  closedAt: EpochMs.nullable(),
  /** faults of a closed incident that stay open at a lower level */
  stillOpen: z.array(NamedDevice.extend({ level: FaultLevel })).max(10),
})
export type AlertFacts = z.infer<typeof AlertFacts>

/** An alert as every alert channel gets it: written for a person, in one language. */
export type AlertMessage = {
  /** the same at every attempt, so that the receiver can tell a repetition */
  id: string
  event: AlertEvent
  language: 'zh-CN' | 'en'
  level: FaultLevel | null
  /** one line: e-mail subject, first line elsewhere */
  title: string
  rows: { label: string; value: string }[]
  /** where the person goes next, and the words for it */
  link: { url: string; text: string } | null
  /** a new or raised L1: everybody in a group is called */
  urgent: boolean
  facts: AlertFacts | null
}
