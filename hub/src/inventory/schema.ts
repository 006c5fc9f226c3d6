/** Tables of the inventory. Lists and configurations are JSON; times are milliseconds since 1970. */
export type InventoryTables = {
  customers: { id: string; name: string; contact: string; created_at: number }
  sites: {
    id: string
    customer: string
    name: string
    timezone: string
    address: string
    settings: string
    systems: string
    created_at: number
  }
  /** `config` is the DeviceModel; the columns beside it are what lists filter by, and what the agent told. */
  devices: {
    site: string
    id: string
    name: string
    kind: string
    address: string | null
    config: string
    enabled: number
    created_at: number
    state: string
    since: number | null
    reason: string | null
    identity: string
    secret: string
  }
  device_states: { site: string; device: string; at: number; state: string }
  maintenance: {
    id: string
    site: string
    devices: string
    from_at: number
    to_at: number
    reason: string
    created_by: string
    systems: string
    /** when it recurs: JSON of its repetition and cuts; `from_at` and `to_at` then only enclose it */
    repeats: string | null
  }
}
