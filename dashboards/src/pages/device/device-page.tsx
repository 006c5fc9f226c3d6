import type { DeviceDetail } from '@steward/shared/api'
import { IconPencil } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { deviceQuery } from '../../api/devices.ts'
import { useReadings } from '../../api/live.ts'
import { useCan } from '../../api/me.ts'
import { sitesQuery } from '../../api/sites.ts'
import { AvailabilityPanel } from '../../availability/availability-panel.tsx'
import { DeviceState } from '../../devices/device-state.tsx'
import { deviceIcon, deviceKind } from '../../devices/kinds.ts'
import { LinkButton } from '../../kit/link-button.tsx'
import { Crumbs, CrumbToSites, Facts, Page } from '../../kit/page.tsx'
import { Asked, Awaited } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { MaintenanceButton } from '../../maintenance/dialogs.tsx'
import { Mark } from '../../marks/mark.tsx'
import { markOfDevice } from '../../marks/mark-kind.ts'
import { DeviceMessages } from '../../messages/device-messages.tsx'
import { DeviceCharts } from './device-charts.tsx'
import classes from './device-page.module.css'
import { DeviceSide } from './device-side.tsx'
import { NeedsDrawing } from './needs-drawing.tsx'
import { OpenFault } from './open-fault.tsx'
import { PointTable } from './point-table.tsx'
import { StateOverTime } from './state-over-time.tsx'

const route = getRouteApi('/app/devices/$device')

export function DevicePage() {
  const { t } = useWords()
  const can = useCan()
  const { device: ref } = route.useParams()
  const query = useQuery(deviceQuery(ref))
  const { data: device } = query
  return (
    <Page
      title={device?.name ?? ref}
      mark={device !== undefined && <Mark kind={markOfDevice(device)} size={20} />}
      up={<Up device={device} />}
      meta={device !== undefined && <Meta device={device} />}
      actions={
        device !== undefined && (
          <>
            <MaintenanceButton site={device.site} device={device.id} />
            {can('configure') && (
              <LinkButton
                to="/devices/$device/edit"
                params={{ device: ref }}
                variant="default"
                leftSection={<IconPencil size={16} />}
              >
                {t('do.edit')}
              </LinkButton>
            )}
          </>
        )
      }
    >
      <Asked query={query} awaited={<Awaited count={8} />}>
        {(it) => <Parts device={it} />}
      </Asked>
    </Page>
  )
}

function Up({ device }: { device: DeviceDetail | undefined }) {
  const { t } = useWords()
  const name = useQuery(sitesQuery).data?.find((it) => it.id === device?.site)?.name
  return (
    <Crumbs>
      <CrumbToSites>{t('nav.sites')}</CrumbToSites>
      {device !== undefined && (
        <Link to="/sites/$site" params={{ site: device.site }} search={{ tab: 'devices' }}>
          {name ?? device.site}
        </Link>
      )}
    </Crumbs>
  )
}

function Meta({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const Icon = deviceIcon(device.kind)
  return (
    <Facts>
      <DeviceState device={device} />
      <span>
        <Icon size={16} stroke={1.6} />
        {t(`deviceKind.${deviceKind(device.kind)}`)}
      </span>
      {device.address !== null && <span translate="no">{device.address}</span>}
      {device.name !== device.id && <span translate="no">{device.id}</span>}
      {device.location !== '' && <span>{device.location}</span>}
      {!device.config.enabled && <span>{t('devices.off')}</span>}
    </Facts>
  )
}

function Parts({ device }: { device: DeviceDetail }) {
  useReadings(useQueryClient(), device.site)
  return (
    <div className={classes.columns}>
      <div className={classes.main}>
        <OpenFault device={device} />
        <StateOverTime device={device} />
        <DeviceCharts device={device} />
        <PointTable device={device} />
        {device.address !== null && <DeviceMessages device={device} />}
      </div>
      <div className={classes.side}>
        <DeviceSide device={device} />
        <NeedsDrawing device={device} />
        {device.address !== null && device.config.enabled && (
          <AvailabilityPanel site={device.site} device={device.id} />
        )}
      </div>
    </div>
  )
}
