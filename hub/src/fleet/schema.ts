/** Tables of the fleet. Times are milliseconds since 1970; lists and objects are JSON. */
export type FleetTables = {
  agents: {
    id: string
    site: string
    name: string
    /** raw Ed25519 public key in base64url: this is who the agent is */
    key: string
    version: string
    host: string
    allow: string
    enrolled_at: number
    /** when its link was first up */
    connected_at: number | null
    /** the last word of any kind, at most 15 s old */
    last_seen_at: number | null
    revoked_at: number | null
    config_revision: string | null
    status: string | null
  }
  enrolments: {
    id: string
    site: string
    name: string | null
    secret_hash: string
    created_at: number
    created_by: string
    expires_at: number
    agent: string | null
    connected_at: number | null
    reading_at: number | null
    withdrawn_at: number | null
  }
  /** what a person must mend; `source` is who said so: the agent's records, its receipt of a configuration, or the hub */
  agent_problems: {
    agent: string
    source: 'agent' | 'config' | 'hub'
    key: string
    code: string
    device: string | null
    message: string
    since: number
  }
}
