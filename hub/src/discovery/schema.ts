/** The last search of each site and what it found; `found` is a FoundDevice as JSON. Times in milliseconds. */
export type DiscoveryTables = {
  discoveries: {
    site: string
    network: string
    state: string
    started_at: number
    started_by: string
    ended_at: number | null
    asked: number
    to_ask: number
    why: string | null
  }
  discovered: { site: string; address: string; found: string }
}
