import { useQuery } from '@tanstack/react-query'
import { deviceLinkQuery } from '../api/links.ts'
import { LinkPlaces } from './link-places.tsx'

/** Where a device hangs, as learned last; nothing where nothing was learned. */
export function useConnectedTo(site: string, device: string) {
  const link = useQuery(deviceLinkQuery(site, device)).data ?? undefined
  return link === undefined || link.state === 'overruled' ? undefined : <LinkPlaces link={link} site={site} />
}
