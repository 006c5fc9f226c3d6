import { Menu } from '@mantine/core'
import { IconAlertTriangle, IconBuilding, IconDots, IconRouter, IconSearch } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCan } from '../api/me.ts'
import { useWords } from '../language/use-words.ts'
import { Mark } from '../marks/mark.tsx'
import { destinations } from './destinations.ts'
import { useOpenCounts } from './open-counts.ts'
import { Choices, SignOut } from './person-menu.tsx'
import classes from './shell.module.css'

const tabs = [
  { to: '/', name: 'sites', icon: IconBuilding },
  { to: '/faults', name: 'faults', icon: IconAlertTriangle },
  { to: '/agents', name: 'agents', icon: IconRouter },
] as const

/** On a phone everything is under the thumb. */
export function BottomBar({ onSearch }: { onSearch: () => void }) {
  const { t, count } = useWords()
  const open = useOpenCounts()
  return (
    <nav className={classes.bottom} aria-label={t('shell.navigation')}>
      {tabs.map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className={classes.tab}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          <Icon size={22} stroke={1.6} />
          {t(`nav.${name}`)}
          {name === 'faults' && open.worst !== null && (
            <span className={classes.badge}>
              <Mark kind={open.worst} size={11} silent />
              {count(open.total)}
            </span>
          )}
        </Link>
      ))}
      <button type="button" className={classes.tab} onClick={onSearch}>
        <IconSearch size={22} stroke={1.6} />
        {t('shell.searchShort')}
      </button>
      <More />
    </nav>
  )
}

function More() {
  const { t } = useWords()
  const can = useCan()
  const navigate = useNavigate()
  const others = destinations.filter((it) => tabs.every((tab) => tab.name !== it.name) && can(it.needs))
  return (
    <Menu position="top-end" width={260}>
      <Menu.Target>
        <button type="button" className={classes.tab}>
          <IconDots size={22} stroke={1.6} />
          {t('shell.more')}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {others.map(({ to, name, icon: Icon }) => (
          <Menu.Item key={to} leftSection={<Icon size={18} stroke={1.6} />} onClick={() => void navigate({ to })}>
            {t(`nav.${name}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Choices />
        <Menu.Divider />
        <SignOut />
      </Menu.Dropdown>
    </Menu>
  )
}
