import type { SiteDetail } from '@steward/shared/api'
import { IconDeviceCctv } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useDeferredValue, useMemo, useState } from 'react'
import { useCan } from '../../api/me.ts'
import { DeviceFilters } from '../../devices/device-filters.tsx'
import { DeviceRows } from '../../devices/device-rows.tsx'
import { filterDevices, sortDevices } from '../../devices/filter-devices.ts'
import { useSiteDevices } from '../../devices/use-site-devices.ts'
import { News } from '../../faults/news.tsx'
import { LinkButton } from '../../kit/link-button.tsx'
import { Panel } from '../../kit/panel.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useHeld } from '../../kit/use-held.ts'
import { useWords } from '../../language/use-words.ts'
import { BulkBar } from './bulk-bar.tsx'

const route = getRouteApi('/app/sites/$site')
const keyOf = (it: { id: string }): string => it.id

export function SiteDevices({ site }: { site: SiteDetail }) {
  const { t, count } = useWords()
  const can = useCan()
  const { q, state, kind, system } = useDeferredValue(route.useSearch())
  const filter = useMemo(() => ({ q, state, kind, system }), [q, state, kind, system])
  const query = useSiteDevices(site.id)
  const { devices } = query
  const sorted = useMemo(() => sortDevices(devices), [devices])
  const found = useMemo(() => filterDevices(sorted, filter), [sorted, filter])
  const held = useHeld(found, keyOf, `${JSON.stringify(filter)} ${query.data?.pages.length ?? 0}`)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const mayChoose = can('configure') || can('operate')
  const isFiltered = Object.values(filter).some((it) => it !== undefined)
  return (
    <>
      <Panel
        flush
        title={t('site.devices')}
        aside={
          isFiltered
            ? t('devices.found', { found: count(found.length), total: count(devices.length) })
            : count(devices.length)
        }
      >
        <Asked query={query}>
          {() =>
            devices.length === 0 ? (
              <NoDevices site={site.id} />
            ) : (
              <>
                <DeviceFilters site={site} devices={devices} />
                <News count={held.waiting} onLetIn={held.letIn} />
                {held.rows.length === 0 ? (
                  <Empty title={t('devices.noneFound')}>{t('devices.noneFoundText')}</Empty>
                ) : (
                  <DeviceRows devices={held.rows} {...(mayChoose ? { chosen, onChoose: setChosen } : {})} />
                )}
              </>
            )
          }
        </Asked>
      </Panel>
      {chosen.size > 0 && <BulkBar site={site.id} chosen={chosen} onDone={() => setChosen(new Set())} />}
    </>
  )
}

function NoDevices({ site }: { site: string }) {
  const { t } = useWords()
  const can = useCan()
  return (
    <Empty
      icon={<IconDeviceCctv size={40} stroke={1.2} />}
      title={t('devices.empty')}
      action={
        can('configure') && (
          <>
            <LinkButton to="/sites/$site/discovery" params={{ site }}>
              {t('discovery.orFind')}
            </LinkButton>{' '}
            <LinkButton to="/sites/$site/import" params={{ site }} variant="default">
              {t('devices.import')}
            </LinkButton>{' '}
            <LinkButton to="/sites/$site/devices/new" params={{ site }} variant="default">
              {t('devices.add')}
            </LinkButton>
          </>
        )
      }
    >
      {t('devices.emptyText')}
    </Empty>
  )
}
