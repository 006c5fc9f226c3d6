import { Button, Group, Text } from '@mantine/core'
import type { DeviceDetail } from '@steward/shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { deviceQuery, refOf, removeDevice } from '../../api/devices.ts'
import { siteQuery } from '../../api/sites.ts'
import { DeviceForm } from '../../inventory/device-form.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import formClasses from '../../kit/form.module.css'
import { Crumbs, CrumbToSites, Page } from '../../kit/page.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { Asked } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'

const newRoute = getRouteApi('/app/sites/$site/devices/new')
const editRoute = getRouteApi('/app/devices/$device/edit')

export function NewDevicePage() {
  const { t } = useWords()
  const navigate = useNavigate()
  const { site: id } = newRoute.useParams()
  const query = useQuery(siteQuery(id))
  const show = (device: DeviceDetail): void =>
    void navigate({ to: '/devices/$device', params: { device: refOf(device) } })
  return (
    <Page title={t('devices.add')} narrow up={<Up site={id} />}>
      <Asked query={query}>{(site) => <DeviceForm site={site} onDone={show} />}</Asked>
    </Page>
  )
}

export function EditDevicePage() {
  const { t } = useWords()
  const navigate = useNavigate()
  const { device: ref } = editRoute.useParams()
  const query = useQuery(deviceQuery(ref))
  const site = useQuery({ ...siteQuery(query.data?.site ?? ''), enabled: query.data !== undefined })
  const show = (): void => void navigate({ to: '/devices/$device', params: { device: ref } })
  return (
    <Page
      title={t('deviceForm.edit', { name: query.data?.name ?? ref })}
      narrow
      up={query.data !== undefined && <Up site={query.data.site} device={query.data} />}
      actions={query.data !== undefined && <Remove device={query.data} />}
    >
      <Asked query={query}>
        {(device) => (
          <Asked query={site}>{(it) => <DeviceForm site={it} device={device.config} onDone={show} />}</Asked>
        )}
      </Asked>
    </Page>
  )
}

function Up({ site, device }: { site: string; device?: DeviceDetail }) {
  const { t } = useWords()
  const { data } = useQuery(siteQuery(site))
  return (
    <Crumbs>
      <CrumbToSites>{t('nav.sites')}</CrumbToSites>
      <Link to="/sites/$site" params={{ site }} search={{ tab: 'devices' }}>
        {data?.name ?? site}
      </Link>
      {device !== undefined && (
        <Link to="/devices/$device" params={{ device: refOf(device) }}>
          {device.name}
        </Link>
      )}
    </Crumbs>
  )
}

function Remove({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [isAsking, setIsAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => removeDevice(device.site, device.id),
    onSuccess: async () => {
      await navigate({ to: '/sites/$site', params: { site: device.site }, search: { tab: 'devices' } })
      await client.invalidateQueries()
    },
  })
  return (
    <>
      <Button variant="default" c="var(--l1-text)" onClick={() => setIsAsking(true)}>
        {t('deviceForm.remove')}
      </Button>
      {isAsking && (
        <Dialog onClose={() => setIsAsking(false)} title={t('deviceForm.removeTitle', { name: device.name })}>
          <div className={formClasses.items}>
            <Text size="sm">{t('deviceForm.removeText')}</Text>
            <ProblemLine error={remove.error} />
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={() => setIsAsking(false)}>
                {t('do.cancel')}
              </Button>
              <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
                {t('deviceForm.remove')}
              </Button>
            </Group>
          </div>
        </Dialog>
      )}
    </>
  )
}
