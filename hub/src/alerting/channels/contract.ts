import type { AlertTarget } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { z } from 'zod'
import type { Egress } from '../egress.ts'
import type { AlertMessage } from '../message/facts.ts'

export type Mail = {
  to: string
  subject: string
  text: string
  html?: string
  /** mails of the same thread are shown together; each is a token without spaces */
  messageId?: string
  thread?: string
  urgent?: boolean
}

/** What an alert channel may use of the hub. */
export type ChannelContext = {
  egress: Egress
  /** milliseconds since 1970, for signatures */
  now(): number
  sendMail(mail: Mail): Promise<void>
}

/** No more than `messages` in any `perMs` to one recipient; what the receiver bears. */
export type Pace = { messages: number; perMs: number }

/**
 * An alert channel. `send` resolves when the receiving server has taken the message, and otherwise throws a StewardError
 * whose `next` says whether to try again; `details.retryAfterMs` where the receiver named a time. `shown` is where it goes
 * without anything secret.
 */
export type AlertChannel = {
  name: AlertTarget['channel']
  pace: Pace | null
  shown(target: unknown): string
  send(target: unknown, message: AlertMessage, context: ChannelContext): Promise<void>
}

type Definition<Target extends z.ZodType> = {
  name: AlertTarget['channel']
  target: Target
  pace: Pace | null
  shown(target: z.infer<Target>): string
  send(target: z.infer<Target>, message: AlertMessage, context: ChannelContext): Promise<void>
}

/** Makes a channel of its parts; what was stored is checked again where it is used. */
export function defineChannel<Target extends z.ZodType>(definition: Definition<Target>): AlertChannel {
  const checked = (target: unknown) => {
    const result = definition.target.safeParse(target)
    if (result.success) return result.data
    throw new StewardError('alerts/refused', `The stored target is not one for ${definition.name}; enter it anew.`)
  }
  return {
    name: definition.name,
    pace: definition.pace,
    shown: (target) => definition.shown(checked(target)),
    send: async (target, message, context) => definition.send(checked(target), message, context),
  }
}
