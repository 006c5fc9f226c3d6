import { Button, MultiSelect, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { MaintenanceEntry } from '@steward/shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { addMaintenance, changeMaintenance, renewPlan } from '../api/maintenance.ts'
import { siteQuery, sitesQuery } from '../api/sites.ts'
import { useSiteDevices } from '../devices/use-site-devices.ts'
import formClasses from '../kit/form.module.css'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'
import { useSiteZone } from '../time/zones.ts'
import { NextTimes } from './next-times.tsx'
import { OnceFields, RecurringFields } from './window-times.tsx'
import { inputOf, newWindow, valuesOf, type WindowValues } from './window-values.ts'

export type WindowForm = ReturnType<typeof useForm<WindowValues>>

type Props = {
  /** left out: one is chosen in the form */
  site?: string | undefined
  device?: string | undefined
  /** the one that is changed; left out: a new one */
  window?: MaintenanceEntry | undefined
  onDone: () => void
}

/** When a site, its systems or devices are worked on: once, every week, or on the days of a calendar. */
export function MaintenanceForm({ site, device, window, onDone }: Props) {
  const { t } = useWords()
  const sites = useQuery(sitesQuery).data ?? []
  const given = window?.site ?? site ?? (sites.length === 1 ? sites[0]?.id : undefined) ?? ''
  const zoneGiven = useSiteZone(given)
  const form = useForm<WindowValues>({
    initialValues:
      window === undefined
        ? newWindow({ site: given, devices: device === undefined ? [] : [device], zone: zoneGiven, now: Date.now() })
        : valuesOf(window, given, zoneGiven, Date.now()),
  })
  const { values } = form
  const zone = useSiteZone(values.site)
  const input = inputOf(values, zone)
  const save = useSave(window, onDone)
  const isReady = values.site !== '' && input !== null
  return (
    <form
      onSubmit={form.onSubmit(() => {
        if (input !== null) save.mutate({ site: values.site, input })
      })}
    >
      <div className={formClasses.grid}>
        {given === '' && (
          <Select
            label={t('maintenance.site')}
            data={sites.map((it) => ({ value: it.id, label: it.name }))}
            searchable
            limit={50}
            nothingFoundMessage={t('form.nothingFound')}
            {...form.getInputProps('site')}
            onChange={(value) => form.setValues({ site: value ?? '', systems: [], devices: [] })}
          />
        )}
        {values.site !== '' && <What site={values.site} form={form} />}
        <SegmentedControl
          fullWidth
          aria-label={t('maintenance.how')}
          data={(['once', 'week', 'date'] as const).map((it) => ({ value: it, label: t(`maintenance.by.${it}`) }))}
          {...form.getInputProps('how')}
        />
        {values.how === 'once' ? <OnceFields form={form} zone={zone} /> : <RecurringFields form={form} />}
        <TextInput label={t('maintenance.reason')} maxLength={500} {...form.getInputProps('reason')} />
        <NextTimes input={input} zone={zone} />
        <ProblemLine error={save.error} />
        <div className={formClasses.buttons}>
          <Button type="submit" loading={save.isPending} disabled={!isReady}>
            {window === undefined ? t('maintenance.plan') : t('do.save')}
          </Button>
        </div>
      </div>
    </form>
  )
}

function What({ site, form }: { site: string; form: WindowForm }) {
  const { t } = useWords()
  const systems = useQuery(siteQuery(site)).data?.systems ?? []
  const { devices } = useSiteDevices(site)
  const isAll = form.values.systems.length === 0 && form.values.devices.length === 0
  const placeholder = isAll ? t('maintenance.wholeSite') : ''
  return (
    <>
      {systems.length > 0 && (
        <MultiSelect
          label={t('maintenance.systems')}
          description={t('maintenance.systemsText')}
          placeholder={placeholder}
          data={systems.map((it) => ({ value: it.id, label: it.name ?? it.id }))}
          {...form.getInputProps('systems')}
        />
      )}
      <MultiSelect
        label={t('maintenance.devices')}
        description={t('maintenance.whatText')}
        placeholder={placeholder}
        data={devices.map((it) => ({ value: it.id, label: it.name === it.id ? it.id : `${it.name} · ${it.id}` }))}
        searchable
        limit={50}
        nothingFoundMessage={t('form.nothingFound')}
        {...form.getInputProps('devices')}
      />
    </>
  )
}

function useSave(window: MaintenanceEntry | undefined, onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ site, input }: { site: string; input: NonNullable<ReturnType<typeof inputOf>> }) =>
      window === undefined ? addMaintenance(site, input) : changeMaintenance(site, window.id, input),
    onSuccess: async () => {
      await renewPlan(client)
      onDone()
    },
  })
}
