import { Select, TextInput } from '@mantine/core'
import type { DeviceSummary, SiteDetail } from '@steward/shared/api'
import { IconSearch } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useWords } from '../language/use-words.ts'
import classes from './devices.module.css'
import { deviceKind } from './kinds.ts'

const route = getRouteApi('/app/sites/$site')
const states = ['attention', 'down', 'unknown', 'up', 'maintenance'] as const

/** What of a site's devices is shown; it stands in the address. */
export function DeviceFilters({ site, devices }: { site: SiteDetail; devices: readonly DeviceSummary[] }) {
  const { t } = useWords()
  const search = route.useSearch()
  const navigate = useNavigate()
  const kinds = useMemo(() => [...new Set(devices.map((it) => it.kind))].sort(), [devices])
  const set = (part: Partial<typeof search>): void => {
    const next = { ...search, ...part }
    void navigate({ to: '/sites/$site', params: { site: site.id }, search: next, replace: true })
  }
  return (
    <div className={classes.filters}>
      <TextInput
        aria-label={t('devices.search')}
        placeholder={t('devices.search')}
        leftSection={<IconSearch size={16} />}
        value={search.q ?? ''}
        onChange={(event) => {
          const value = event.currentTarget.value
          set({ q: value === '' ? undefined : value })
        }}
      />
      <Select
        aria-label={t('devices.state')}
        placeholder={t('devices.anyState')}
        data={states.map((it) => ({ value: it, label: t(`devices.is.${it}`) }))}
        value={search.state ?? null}
        clearable
        onChange={(value) => set({ state: states.find((it) => it === value) })}
      />
      <Select
        aria-label={t('devices.kind')}
        placeholder={t('devices.anyKind')}
        data={kinds.map((it) => ({ value: it, label: t(`deviceKind.${deviceKind(it)}`) }))}
        value={search.kind ?? null}
        clearable
        onChange={(value) => set({ kind: value ?? undefined })}
      />
      <Select
        aria-label={t('devices.system')}
        placeholder={t('devices.anySystem')}
        data={site.systems.map((it) => ({ value: it.id, label: it.name ?? t(`system.${it.kind}`) }))}
        value={search.system ?? null}
        clearable
        onChange={(value) => set({ system: value ?? undefined })}
      />
    </div>
  )
}
