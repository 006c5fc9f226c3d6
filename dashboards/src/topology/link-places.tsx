import type { SiteLink } from '@steward/shared/api'
import { useWords } from '../language/use-words.ts'
import { Age } from '../time/age-shown.tsx'
import classes from './links.module.css'
import { shortPort } from './short-port.ts'

/** `edge-3 GigabitEthernet1/0/7 (LLDP, MAC table, 2 h ago)`: where a device hangs, by what, and when that was seen. */
export function LinkPlaces({ link, site }: { link: SiteLink; site: string }) {
  const { t, list } = useWords()
  const places = link.places.map(({ to, port }) =>
    port === '' ? to : t('links.place', { device: to, port: shortPort(port) }),
  )
  const kinds = [...new Set(link.by.map((it) => t(`links.by.${it.kind}`)))]
  return (
    <>
      {list(places)}{' '}
      <span className={classes.quiet}>
        ({kinds.join(', ')}, <Age at={link.lastSeen} site={site} ago />)
      </span>
    </>
  )
}
