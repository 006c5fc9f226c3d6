import { Button, MultiSelect, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { DeviceDetail, SiteDetail } from '@steward/shared/api'
import type { DeviceModel } from '@steward/shared/model'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { AgentField } from '../agents/agent-field.tsx'
import { putDevice } from '../api/devices.ts'
import { deviceKinds } from '../devices/kinds.ts'
import { useSiteDevices } from '../devices/use-site-devices.ts'
import formClasses from '../kit/form.module.css'
import { Panel } from '../kit/panel.tsx'
import { ProblemLine } from '../kit/problem-line.tsx'
import { isSlug } from '../kit/slug.ts'
import { useWords } from '../language/use-words.ts'
import { ConnectionFields } from './connection-fields.tsx'
import { usualDriver, usualPorts } from './connection-presets.ts'
import { type DeviceValues, deviceOf, deviceValues } from './device-values.ts'
import { NeedFields } from './need-fields.tsx'

type Props = {
  site: SiteDetail
  /** as it is configured now; left out: a new one */
  device?: DeviceModel
  onDone: (device: DeviceDetail) => void
}

/** A device: what it is, how it is read, what it serves and what it needs. */
export function DeviceForm({ site, device, onDone }: Props) {
  const { t } = useWords()
  const { devices } = useSiteDevices(site.id)
  const form = useDeviceForm(
    device,
    devices.map((it) => it.id),
  )
  const save = useSave(site.id, device, onDone)
  const { values } = form
  const functions = site.systems.flatMap((system) =>
    system.functions.map((it) => ({
      value: `${system.id}/${it.id}`,
      label: `${system.name ?? t(`system.${system.kind}`)} / ${it.name ?? it.id}`,
    })),
  )
  return (
    <form className={formClasses.items} onSubmit={form.onSubmit((typed) => save.mutate(typed))} noValidate>
      <Panel title={t('deviceForm.what')}>
        <div className={formClasses.grid}>
          <TextInput
            data-span="4"
            label={t('deviceForm.id')}
            description={t('deviceForm.idText')}
            placeholder="cam-07"
            disabled={device !== undefined}
            spellCheck={false}
            {...form.getInputProps('id')}
          />
          <TextInput
            data-span="8"
            label={t('deviceForm.name')}
            description={t('deviceForm.nameText')}
            maxLength={120}
            {...form.getInputProps('name')}
          />
          <Select
            data-span="4"
            label={t('devices.kind')}
            data={deviceKinds.map((it) => ({ value: it, label: t(`deviceKind.${it}`) }))}
            allowDeselect={false}
            searchable
            {...form.getInputProps('kind')}
            onChange={(value) => {
              const kind = deviceKinds.find((it) => it === value)
              if (kind === undefined) return
              const driver = usualDriver(kind)
              // A new device takes the usual way along; one that is known keeps its own.
              form.setValues(
                device === undefined ? { kind, driver, port: driver === '' ? 0 : usualPorts[driver] } : { kind },
              )
            }}
          />
          <TextInput data-span="8" label={t('devices.location')} maxLength={120} {...form.getInputProps('location')} />
          <AgentField site={site.id} value={values.agent} onChange={(agent) => form.setFieldValue('agent', agent)} />
        </div>
      </Panel>
      <Panel title={t('deviceForm.how')}>
        <ConnectionFields form={form} id={values.id} />
      </Panel>
      <Panel title={t('deviceForm.part')}>
        <div className={formClasses.grid}>
          <MultiSelect
            label={t('devices.serves')}
            description={t('deviceForm.servesText')}
            data={functions}
            searchable
            nothingFoundMessage={t('form.nothingFound')}
            {...form.getInputProps('serves')}
          />
          <NeedFields
            value={values.needs}
            onChange={(needs) => form.setFieldValue('needs', needs)}
            devices={devices.filter((it) => it.id !== values.id)}
          />
        </div>
      </Panel>
      <Panel title={t('devices.note')}>
        <div className={formClasses.items}>
          <Textarea
            aria-label={t('devices.note')}
            autosize
            minRows={2}
            maxLength={2000}
            {...form.getInputProps('note')}
          />
          <Switch label={t('deviceForm.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        </div>
      </Panel>
      <ProblemLine error={save.error} />
      <div className={formClasses.buttons}>
        <Button type="submit" loading={save.isPending}>
          {device === undefined ? t('devices.add') : t('do.save')}
        </Button>
      </div>
    </form>
  )
}

function useDeviceForm(device: DeviceModel | undefined, taken: readonly string[]) {
  const { t } = useWords()
  const first: DeviceValues =
    device === undefined
      ? { ...deviceValues(undefined), driver: 'onvif', port: usualPorts.onvif }
      : deviceValues(device)
  return useForm<DeviceValues>({
    initialValues: first,
    validate: {
      id: (it) => {
        if (device !== undefined) return null
        if (!isSlug(it.trim())) return t('form.slug')
        return taken.includes(it.trim()) ? t('form.taken') : null
      },
      address: (it, { driver }) => {
        if (it.trim() === '') return driver === '' ? null : t('deviceForm.needsAddress')
        return /^[0-9a-f:.]+$/i.test(it.trim()) ? null : t('deviceForm.literal')
      },
      port: (it, { driver }) => (driver === '' || (it >= 1 && it <= 65_535) ? null : t('deviceForm.port')),
      path: (it) => (it === '' || it.startsWith('/') ? null : t('deviceForm.path')),
    },
  })
}

function useSave(site: string, device: DeviceModel | undefined, onDone: (device: DeviceDetail) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (values: DeviceValues) => putDevice(site, deviceOf(values, device?.id ?? values.id.trim(), device)),
    onSuccess: async (saved) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['devices', site] }),
        client.invalidateQueries({ queryKey: ['device'] }),
        client.invalidateQueries({ queryKey: ['site', site] }),
        client.invalidateQueries({ queryKey: ['sites'] }),
      ])
      onDone(saved)
    },
  })
}
