import { createContext, useContext } from 'react'
import { browserZone } from './instant.ts'

export type Zones = { company: string; bySite: ReadonlyMap<string, string> }

/** Where sites are, filled in by the shell; before sign-in it is the browser's own zone. */
export const ZonesContext = createContext<Zones>({ company: browserZone(), bySite: new Map() })

/** The time zone of a site; of the company where none is given or it is not known. */
export function useSiteZone(site: string | undefined): string {
  const zones = useContext(ZonesContext)
  return (site === undefined ? undefined : zones.bySite.get(site)) ?? zones.company
}
