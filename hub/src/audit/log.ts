import type { Generated, Kysely } from 'kysely'

export type AuditTables = {
  audit: {
    seq: Generated<number>
    at: number
    who: string
    action: string
    site: string | null
    customer: string | null
    target: string
    detail: string
  }
}

/** `who` is a person's address, `key:<name>`, `agent:<id>` or `hub`; `detail` never holds a secret. */
export type AuditEvent = {
  who: string
  action: string
  target: string
  site?: string | null
  customer?: string | null
  detail?: Record<string, unknown>
}

export type Audit = { write(event: AuditEvent, db?: Kysely<unknown>): Promise<void> }

/** `write` takes the transaction that makes the change, where there is one, so that both stand or neither. */
export function createAudit(db: Kysely<unknown>, now: () => number): Audit {
  return {
    async write(event, within = db) {
      await within
        .withTables<AuditTables>()
        .insertInto('audit')
        .values({
          at: now(),
          who: event.who,
          action: event.action,
          site: event.site ?? null,
          customer: event.customer ?? null,
          target: event.target,
          detail: JSON.stringify(event.detail ?? {}),
        })
        .execute()
    },
  }
}
