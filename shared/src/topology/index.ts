/** Who needs whom at a site, from what its devices tell of their neighbours: LLDP, CDP, forwarding and ARP tables, PoE. */
export {
  EvidenceKind,
  LinkEvidence,
  ProposedLink,
  TopologyFindings,
  type TopologyNeighbour,
  topologyLimits,
} from './findings.ts'
export { proposeLinks, proposing } from './propose.ts'
export type { TopologyDevice } from './site.ts'
