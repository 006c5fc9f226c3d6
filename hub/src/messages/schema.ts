import type { Generated } from 'kysely'

/** `fields` is JSON; `at` in milliseconds since 1970, when the agent heard it. `seq` is the order of arrival. */
export type MessageTables = {
  messages: {
    seq: Generated<number>
    site: string
    device: string
    at: number
    protocol: string
    name: string
    urgency: number | null
    text: string
    fields: string
    count: number
  }
}
