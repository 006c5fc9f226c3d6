/** Tables of the faults. Times are milliseconds since 1970; lists and objects are JSON. */
export type FaultTables = {
  faults: {
    id: string
    site: string
    /** the cause; null for a site's silence */
    device: string | null
    kind: string
    /** what counts: `set_level` where a person set one, else `judged_level` */
    level: string
    judged_level: string
    set_level: string | null
    set_at: number | null
    set_by: string | null
    set_reason: string | null
    reason: string
    opened_at: number
    closed_at: number | null
    /** time of the event that the rest is from; what comes later but happened before changes only the history */
    told_at: number
    affected: string
    functions: string
    incident: string | null
    acknowledged_at: number | null
    acknowledged_by: string | null
    acknowledged_note: string | null
  }
  /** agents that are silent now; `since` is when their devices became unknown, `devices` how many did */
  silent_agents: { site: string; agent: string; since: number; last_seen_at: number; devices: number }
  /** what agents judge by beside states, when it changed; `input` is the diagnosis's MarkInput */
  device_marks: { site: string; device: string; mark: string; at: number; input: string }
  /** sites that the hub judges itself: up to `at` for good, from there on anew; `snapshot` is the diagnosis then */
  joint_judgements: { site: string; at: number; snapshot: string }
  fault_events: {
    fault: string
    at: number
    event: string
    level: string | null
    kind: string | null
    reason: string | null
    by: string | null
    note: string | null
    /** when the hub wrote it down */
    filed_at: number
  }
}
