/** Tables of the topology. Times are milliseconds since 1970; findings, links, lists and texts are JSON. */
export type TopologyTables = {
  /** what each device told last */
  topology_findings: { site: string; device: string; at: number; findings: string }
  /** what was made of it: one link a device */
  topology_links: { site: string; device: string; link: string; first_seen: number; last_seen: number }
  /** what people said of a link; `needs` is what it was about, `before` the device's needs in the inventory before it was confirmed */
  topology_decisions: {
    site: string
    device: string
    decision: string
    needs: string
    before: string | null
    decided_by: string
    at: number
  }
  /** neighbours that carry traffic and are no devices of the site */
  topology_strangers: {
    site: string
    device: string
    port: string
    stranger: string
    first_seen: number
    last_seen: number
  }
  topology_changes: { site: string; at: number; device: string; kind: string; text: string }
}
