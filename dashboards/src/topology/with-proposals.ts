import type { SiteLink, SiteTopology } from '@steward/shared/api'
import type { Needing } from '../drawing/layers.ts'

/** Who needs whom as stated, with what was learned beside it and nobody has decided on. */
export function withProposals(topology: SiteTopology['devices'], links: readonly SiteLink[]): Needing[] {
  const open = new Map(links.filter(isOpen).map((it) => [it.device, it.needs]))
  return topology.map((it) => {
    const proposed = open.get(it.id)
    return proposed === undefined ? it : { ...it, proposed }
  })
}

/** Somebody should say whether it is so. */
const isOpen = (link: SiteLink): boolean => link.state === 'proposed' || link.state === 'differs'
