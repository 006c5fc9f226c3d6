import { Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useLive } from '../api/live.ts'
import { useCan, useMe } from '../api/me.ts'
import { useWords } from '../language/use-words.ts'
import { Mark } from '../marks/mark.tsx'
import { type Destination, destinations } from './destinations.ts'
import { Logo } from './logo.tsx'
import { useOpenCounts } from './open-counts.ts'
import { PersonMenu } from './person-menu.tsx'
import classes from './shell.module.css'

export function Sidebar({ onSearch, onKeys }: { onSearch: () => void; onKeys: () => void }) {
  const { t } = useWords()
  const { company } = useMe()
  const can = useCan()
  return (
    <aside className={classes.sidebar}>
      <div className={classes.brand}>
        <Logo size={32} />
        <span className={`${classes.person} ${classes.wide}`}>
          <span className={classes.company}>{company.name}</span>
          <span className={classes.product}>{t('shell.product')}</span>
        </span>
      </div>
      <button type="button" className={classes.search} onClick={onSearch} aria-label={t('shell.search')}>
        <IconSearch size={16} />
        <span className={classes.wide}>{t('shell.search')}</span>
        <kbd>/</kbd>
      </button>
      <nav className={classes.nav} aria-label={t('shell.navigation')}>
        {destinations
          .filter((it) => can(it.needs))
          .map((it) => (
            <Item key={it.to} destination={it} />
          ))}
      </nav>
      <div className={classes.foot}>
        <LiveDot />
        <PersonMenu onKeys={onKeys} />
      </div>
    </aside>
  )
}

function Item({ destination }: { destination: Destination }) {
  const { t, count } = useWords()
  const open = useOpenCounts()
  const rail = useMediaQuery('(max-width: 61.99em)') ?? false
  const Icon = destination.icon
  const name = t(`nav.${destination.name}`)
  return (
    <>
      {destination.name === 'people' && <div className={classes.part} />}
      <Tooltip label={name} position="right" disabled={!rail}>
        <Link
          to={destination.to}
          className={classes.item}
          activeOptions={{ exact: destination.to === '/', includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          <Icon size={18} stroke={1.6} />
          <span className={classes.wide}>{name}</span>
          {destination.name === 'faults' && open.worst !== null && (
            <span className={classes.count}>
              <Mark kind={open.worst} size={12} silent />
              <span>{count(open.total)}</span>
            </span>
          )}
        </Link>
      </Tooltip>
    </>
  )
}

function LiveDot() {
  const { t } = useWords()
  const { status } = useLive()
  return (
    <div className={classes.live} data-status={status} role="status">
      <span className={classes.dot} />
      <span>{t(`live.${status}`)}</span>
    </div>
  )
}
