import { useQuery } from '@tanstack/react-query'
import { linksQuery } from '../api/links.ts'
import { LinkPlaces } from './link-places.tsx'

/** Where a device hangs, as learned last; nothing where nothing was learned. */
export function useConnectedTo(site: string, device: string) {
  const [link] = useQuery(linksQuery(site, device)).data?.items ?? []
  return link === undefined || link.state === 'overruled' ? undefined : <LinkPlaces link={link} site={site} />
}
