import { useDebouncedValue } from '@mantine/hooks'
import type { DeviceSummary, Fault, SiteSummary } from '@steward/shared/api'
import { IconArrowRight, IconTopologyStar3, IconUser } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { createElement } from 'react'
import { peopleQuery } from '../api/access.ts'
import { deviceSearchQuery, refOf } from '../api/devices.ts'
import { faultsQuery } from '../api/faults.ts'
import { useCan } from '../api/me.ts'
import { sitesQuery } from '../api/sites.ts'
import { useWords } from '../language/use-words.ts'
import { Mark } from '../marks/mark.tsx'
import { type MarkKind, markOfDevice, markOfSite } from '../marks/mark-kind.ts'
import { destinations } from './destinations.ts'
import { find } from './find.ts'
import type { Hit } from './palette.tsx'

const typingMs = 120

/** What a query finds: worst faults first while nothing is typed, since that is what one comes for. */
export function usePaletteHits(query: string): { hits: Hit[]; isSearching: boolean } {
  const { t, say } = useWords()
  const can = useCan()
  const go = useNavigate()
  const [settled] = useDebouncedValue(query, typingMs)
  const sites = useQuery(sitesQuery).data ?? []
  const faults = useInfiniteQuery(faultsQuery({ state: 'open' })).data?.pages.flatMap((it) => it.items) ?? []
  const devices = useQuery(deviceSearchQuery(settled))
  const people = useQuery({ ...peopleQuery, enabled: can('administer') && query !== '' }).data ?? []
  const siteNames = new Map(sites.map((it) => [it.id, it.name]))

  const ofSite = (site: SiteSummary): Hit => ({
    key: `site ${site.id}`,
    group: t('palette.sites'),
    icon: mark(markOfSite(site)),
    text: site.name,
    note: site.customer.name,
    run: () => void go({ to: '/sites/$site', params: { site: site.id } }),
  })
  const toTopology = (site: SiteSummary): Hit => ({
    key: `topology ${site.id}`,
    group: t('palette.pages'),
    icon: createElement(IconTopologyStar3, { size: 16 }),
    text: t('palette.topology', { site: site.name }),
    run: () => void go({ to: '/sites/$site/topology', params: { site: site.id } }),
  })
  const topology = t('topology.title')
  const ofFault = (fault: Fault): Hit => ({
    key: `fault ${fault.id}`,
    group: t('palette.faults'),
    icon: mark(fault.level),
    text: fault.deviceName ?? fault.siteName,
    note: say(fault.reason),
    run: () => void go({ to: '/faults/$fault', params: { fault: fault.id } }),
  })
  const ofDevice = (device: DeviceSummary): Hit => ({
    key: `device ${refOf(device)}`,
    group: t('palette.devices'),
    icon: mark(markOfDevice(device)),
    text: device.name === device.id ? device.id : `${device.name} · ${device.id}`,
    note: [device.address, siteNames.get(device.site) ?? device.site].filter((it) => it !== null).join(' · '),
    run: () => void go({ to: '/devices/$device', params: { device: refOf(device) } }),
  })
  const pages = destinations
    .filter((it) => can(it.needs))
    .map(
      (it): Hit => ({
        key: `page ${it.name}`,
        group: t('palette.pages'),
        icon: createElement(IconArrowRight, { size: 16 }),
        text: t(`nav.${it.name}`),
        note: `g ${it.key}`,
        run: () => void go({ to: it.to }),
      }),
    )
  const found = find(query, people, (it) => [it.name, it.email], 4).map(
    (it): Hit => ({
      key: `person ${it.id}`,
      group: t('palette.people'),
      icon: createElement(IconUser, { size: 16 }),
      text: it.name,
      note: it.email,
      run: () => void go({ to: '/people' }),
    }),
  )
  const hits = [
    ...find(query, faults, (it) => [it.device ?? '', it.deviceName ?? '', it.siteName, it.level], 5).map(ofFault),
    ...find(query, sites, (it) => [it.id, it.name, it.customer.name], 6).map(ofSite),
    ...(query.length >= 2 ? (devices.data ?? []).map(ofDevice) : []),
    ...(query === '' ? [] : found),
    ...find(query, pages, (it) => [it.text], 7),
    ...(query === ''
      ? []
      : find(query, sites, (it) => [`${topology} ${it.name}`, `topology ${it.id}`], 4).map(toTopology)),
  ]
  return { hits, isSearching: devices.isFetching || settled !== query }
}

function mark(kind: MarkKind) {
  return createElement(Mark, { kind, size: 15, silent: true })
}
