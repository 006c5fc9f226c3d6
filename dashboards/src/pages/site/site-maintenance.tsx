import { Button, MultiSelect, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { SiteDetail } from '@steward/shared/api'
import { nextSpans, runningSpan, type Span } from '@steward/shared/maintenance'
import type { MaintenanceWindow } from '@steward/shared/model'
import { IconTool } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCan } from '../../api/me.ts'
import { addMaintenance, endMaintenance, maintenanceQuery } from '../../api/sites.ts'
import { useSiteDevices } from '../../devices/use-site-devices.ts'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Mark } from '../../marks/mark.tsx'
import { Instant } from '../../time/age-shown.tsx'
import { maintenanceHours, windowFromNow } from './maintenance-window.ts'
import classes from './site-page.module.css'

export function SiteMaintenance({ site }: { site: SiteDetail }) {
  const { t } = useWords()
  const can = useCan()
  const query = useQuery(maintenanceQuery(site.id))
  return (
    <div className={classes.columns}>
      {can('operate') && <Add site={site.id} />}
      <Panel flush title={t('maintenance.windows')}>
        <Asked query={query}>
          {(windows) =>
            windows.length === 0 ? (
              <Empty icon={<IconTool size={32} stroke={1.2} />} title={t('maintenance.none')}>
                {t('maintenance.noneText')}
              </Empty>
            ) : (
              <Windows site={site.id} windows={timed(windows, site.timezone)} />
            )
          }
        </Asked>
      </Panel>
    </div>
  )
}

type Window = { id: string; devices: string[]; systems: string[]; from: string; to: string; reason: string }

/** Windows with the time that they are under way, or come next; those that are over for good without any are left out. */
function timed(windows: readonly MaintenanceWindow[], timezone: string): Window[] {
  const now = Date.now()
  return windows.flatMap((it) => {
    const span = runningSpan(it, timezone, now) ?? nextSpans(it, timezone, now, 1)[0] ?? lastSpan(it)
    if (span === null) return []
    return [{ ...it, from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() }]
  })
}

function lastSpan({ from, to }: MaintenanceWindow): Span | null {
  return from === undefined || to === undefined ? null : { from: Date.parse(from), to: Date.parse(to) }
}

function Windows({ site, windows }: { site: string; windows: readonly Window[] }) {
  const { t, list } = useWords()
  const can = useCan()
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: (id: string) => endMaintenance(site, id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['maintenance', site] }),
  })
  const now = Date.now()
  const columns: Column<Window>[] = [
    {
      key: 'what',
      title: t('maintenance.what'),
      width: '4fr',
      cell: (it) => (
        <>
          <div>
            {Date.parse(it.from) <= now && now < Date.parse(it.to) && <Mark kind="maintenance" size={14} />}{' '}
            {it.devices.length === 0 && it.systems.length === 0
              ? t('maintenance.wholeSite')
              : list([...it.systems, ...it.devices].slice(0, 6))}
            {it.devices.length > 6 && ` ${t('devices.andMore', { count: it.devices.length - 6 })}`}
          </div>
          {it.reason !== '' && <div className={formClasses.hint}>{it.reason}</div>}
        </>
      ),
    },
    {
      key: 'from',
      title: t('maintenance.from'),
      width: '3fr',
      from: 'sm',
      cell: (it) => <Instant at={it.from} site={site} />,
    },
    { key: 'to', title: t('maintenance.to'), width: '3fr', cell: (it) => <Instant at={it.to} site={site} /> },
    {
      key: 'end',
      title: '',
      width: '96px',
      align: 'end',
      cell: (it) =>
        can('operate') &&
        Date.parse(it.to) > now && (
          <Button size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate(it.id)}>
            {t('maintenance.end')}
          </Button>
        ),
    },
  ]
  return (
    <>
      <ProblemLine error={end.error} />
      <Rows
        label={t('maintenance.windows')}
        columns={columns}
        rows={windows}
        keyOf={(it) => it.id}
        isDim={(it) => Date.parse(it.to) <= now}
        height={52}
      />
    </>
  )
}

function Add({ site }: { site: string }) {
  const { t } = useWords()
  const client = useQueryClient()
  const { devices } = useSiteDevices(site)
  const form = useForm({ initialValues: { devices: [] as string[], hours: '2', reason: '' } })
  const add = useMutation({
    mutationFn: (values: typeof form.values) =>
      addMaintenance(site, {
        ...windowFromNow(Number(values.hours)),
        devices: values.devices,
        reason: values.reason.trim(),
      }),
    onSuccess: async () => {
      form.reset()
      await client.invalidateQueries({ queryKey: ['maintenance', site] })
    },
  })
  return (
    <Panel title={t('maintenance.add')}>
      <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
        <div className={formClasses.grid}>
          <MultiSelect
            label={t('maintenance.what')}
            description={t('maintenance.whatText')}
            placeholder={form.values.devices.length === 0 ? t('maintenance.wholeSite') : ''}
            data={devices.map((it) => ({ value: it.id, label: it.name === it.id ? it.id : `${it.name} · ${it.id}` }))}
            searchable
            limit={50}
            nothingFoundMessage={t('form.nothingFound')}
            {...form.getInputProps('devices')}
          />
          <Select
            label={t('maintenance.howLong')}
            data={maintenanceHours.map((it) => ({
              value: String(it),
              label: t('maintenance.forHours', { count: it }),
            }))}
            allowDeselect={false}
            {...form.getInputProps('hours')}
          />
          <TextInput label={t('maintenance.reason')} maxLength={500} {...form.getInputProps('reason')} />
          <ProblemLine error={add.error} />
          <Button type="submit" loading={add.isPending} data-span="6">
            {t('maintenance.start')}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
