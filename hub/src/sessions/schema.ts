/** Tunnels that are open; a row that is found at the start of the hub is one that its death cut off. Times in milliseconds. */
export type SessionTables = {
  tunnels: {
    id: string
    site: string
    customer: string
    device: string
    port: number
    who: string
    reason: string
    opened_at: number
    streams: number
    up_bytes: number
    down_bytes: number
  }
}
