import type { Generated } from 'kysely'

/** Tables of alerting. Times are milliseconds since 1970, flags 0 or 1, `sealed` is encrypted (seal.ts), lists are JSON. */
export type AlertingTables = {
  alert_recipients: {
    id: string
    name: string
    channel: string
    target_sealed: string
    shown: string
    min_level: string
    sites: string
    language: string
    enabled: number
    created_at: number
  }
  /** What people were told of each fault. */
  alert_told: { fault: string; site: string; level: string | null; page: string | null; done: number }
  /** L1 incidents that people were paged of. */
  alert_pages: {
    id: string
    site: string
    incident: string
    opened_at: number
    closed: number
    absorbed: string
  }
  /** The outbox of alerts: unique by subject, key and recipient, so that writing one twice is one alert. */
  alert_deliveries: {
    seq: Generated<number>
    id: string
    subject: string
    key: string
    recipient: string
    recipient_name: string
    channel: string
    site: string | null
    fault: string | null
    level: string | null
    event: string
    facts: string | null
    decided_at: number
    state: string
    attempts: number
    next_attempt_at: number | null
    lease_until: number | null
    /** the hub node that is sending it */
    lease_by: string | null
    sent_at: number | null
    error: string | null
    error_code: string | null
  }
  /** Who must not be alerted of what until when; `customer` or `site` is whose it is, and gone with it. */
  alert_silences: {
    id: string
    customer: string | null
    site: string | null
    scope: string
    levels: string
    from_at: number
    to_at: number
    /** when it recurs: JSON of its repetition; `from_at` and `to_at` then only enclose it */
    repeats: string | null
    cuts: string
    reason: string
    created_by: string
    created_at: number
  }
  /** Mail and dead-man settings, one sealed JSON each. */
  alert_settings: { name: string; sealed: string }
}
