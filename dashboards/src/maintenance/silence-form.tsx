import { Button, Chip, Input, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Silence } from '@steward/shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { addSilence, changeSilence, renewPlan } from '../api/maintenance.ts'
import { siteQuery, sitesQuery } from '../api/sites.ts'
import { useSiteDevices } from '../devices/use-site-devices.ts'
import formClasses from '../kit/form.module.css'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'
import { faultLevels } from '../shell/open-counts.ts'
import { useSiteZone } from '../time/zones.ts'
import { instantOfInput, localInput } from './local-input.ts'
import classes from './maintenance.module.css'
import { silencePresets } from './presets.ts'
import {
  newSilence,
  type SilenceTarget,
  type SilenceValues,
  silenceInputOf,
  silenceValuesOf,
} from './silence-values.ts'
import { RecurringFields } from './window-times.tsx'
import { inputOf, newWindow, valuesOf, type WindowValues } from './window-values.ts'

type Form = ReturnType<typeof useForm<SilenceValues>>

type Props = {
  target?: SilenceTarget | undefined
  /** the one that is changed; left out: a new one */
  silence?: Silence | undefined
  onDone: () => void
}

/** Who must not be alerted of what until when. */
export function SilenceForm({ target, silence, onDone }: Props) {
  const { t } = useWords()
  const firstSite = (silence !== undefined && 'site' in silence.scope ? silence.scope.site : target?.site) ?? ''
  const zoneAtFirst = useSiteZone(firstSite)
  const form = useForm<SilenceValues>({
    initialValues:
      silence === undefined ? newSilence(target, zoneAtFirst, Date.now()) : silenceValuesOf(silence, zoneAtFirst),
  })
  const times = useForm<WindowValues>({ initialValues: timesOf(silence, zoneAtFirst) })
  const { values } = form
  const zone = useSiteZone(values.site === '' ? undefined : values.site)
  const sites = useQuery(sitesQuery).data ?? []
  const customer = sites.find((it) => it.id === values.site)?.customer
  const { how } = times.values
  const repeats = how === 'once' ? undefined : (inputOf(times.values, zone)?.repeats ?? null)
  const input = silenceInputOf(values, { zone, customer: customer?.id, repeats })
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (body: NonNullable<typeof input>) =>
      silence === undefined ? addSilence(body) : changeSilence(silence.id, body),
    onSuccess: async () => {
      await renewPlan(client)
      onDone()
    },
  })
  return (
    <form
      onSubmit={form.onSubmit(() => {
        if (input !== null) save.mutate(input)
      })}
    >
      <div className={formClasses.grid}>
        <p className={formClasses.hint}>{t('silence.text')}</p>
        {target?.incident === true && <p className={formClasses.hint}>{t('silence.incidentText')}</p>}
        {target?.site === undefined && silence?.scope.kind !== 'customer' && (
          <Select
            label={t('maintenance.site')}
            data={sites.map((it) => ({ value: it.id, label: it.name }))}
            searchable
            limit={50}
            nothingFoundMessage={t('form.nothingFound')}
            {...form.getInputProps('site')}
            onChange={(site) => form.setValues({ site: site ?? '', kind: 'site', device: '', system: '' })}
          />
        )}
        {values.site !== '' && <Whose form={form} customer={customer?.name} />}
        <SegmentedControl
          fullWidth
          aria-label={t('maintenance.how')}
          data={(['once', 'week', 'date'] as const).map((it) => ({ value: it, label: t(`maintenance.by.${it}`) }))}
          {...times.getInputProps('how')}
        />
        {how === 'once' ? (
          <Until form={form} zone={zone} />
        ) : (
          <>
            <p className={formClasses.hint}>{t('silence.recursText')}</p>
            <RecurringFields form={times} />
          </>
        )}
        <Levels form={form} />
        <TextInput label={t('maintenance.reason')} maxLength={500} {...form.getInputProps('reason')} />
        <ProblemLine error={save.error} />
        <div className={formClasses.buttons}>
          <Button type="submit" loading={save.isPending} disabled={input === null}>
            {silence === undefined ? t('silence.start') : t('do.save')}
          </Button>
        </div>
      </div>
    </form>
  )
}

/** The hours of one that recurs, as a window has them; those of a new one where there is none. */
function timesOf(silence: Silence | undefined, zone: string): WindowValues {
  const now = Date.now()
  const { repeats } = silence ?? {}
  if (repeats === undefined) return newWindow({ site: '', zone, now })
  return valuesOf({ id: '', devices: [], systems: [], cuts: [], reason: '', repeats }, '', zone, now)
}

function Whose({ form, customer }: { form: Form; customer: string | undefined }) {
  const { t } = useWords()
  const { site, kind } = form.values
  const systems = useQuery(siteQuery(site)).data?.systems ?? []
  const { devices } = useSiteDevices(site)
  const kinds = [
    { value: 'device', label: t('silence.of.device') },
    ...(systems.length > 0 ? [{ value: 'system', label: t('silence.of.system') }] : []),
    { value: 'site', label: t('silence.of.site') },
    ...(customer === undefined ? [] : [{ value: 'customer', label: t('silence.allOf', { name: customer }) }]),
  ]
  return (
    <>
      <Select
        {...(kind === 'device' || kind === 'system' ? { 'data-span': '6' } : {})}
        label={t('silence.what')}
        data={kinds}
        allowDeselect={false}
        {...form.getInputProps('kind')}
      />
      {kind === 'device' && (
        <Select
          data-span="6"
          label={t('silence.which.device')}
          data={devices.map((it) => ({ value: it.id, label: it.name === it.id ? it.id : `${it.name} · ${it.id}` }))}
          searchable
          limit={50}
          nothingFoundMessage={t('form.nothingFound')}
          {...form.getInputProps('device')}
        />
      )}
      {kind === 'system' && (
        <Select
          data-span="6"
          label={t('silence.which.system')}
          data={systems.map((it) => ({ value: it.id, label: it.name ?? it.id }))}
          {...form.getInputProps('system')}
        />
      )}
    </>
  )
}

function Until({ form, zone }: { form: Form; zone: string }) {
  const { t } = useWords()
  const now = Date.now()
  const until = instantOfInput(form.values.to, zone)
  return (
    <>
      <Input.Wrapper label={t('silence.until')} labelElement="div">
        <div className={formClasses.buttons}>
          {silencePresets(now, zone).map((it) => (
            <Button
              key={it.name}
              size="xs"
              variant={form.values.to === localInput(it.until, zone) ? 'filled' : 'default'}
              onClick={() => form.setFieldValue('to', localInput(it.until, zone))}
            >
              {t(`silence.preset.${it.name}`)}
            </Button>
          ))}
        </div>
      </Input.Wrapper>
      <TextInput
        data-span="6"
        type="datetime-local"
        label={t('maintenance.from')}
        description={form.values.from === '' ? t('silence.fromNow') : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        {...form.getInputProps('from')}
      />
      <TextInput
        data-span="6"
        type="datetime-local"
        label={t('maintenance.to')}
        error={until !== null && until <= now ? t('silence.past') : undefined}
        {...form.getInputProps('to')}
      />
    </>
  )
}

function Levels({ form }: { form: Form }) {
  const { t } = useWords()
  return (
    <Input.Wrapper label={t('silence.levels')} description={t('silence.levelsText')} labelElement="div">
      <Chip.Group multiple value={form.values.levels} onChange={(levels) => form.setFieldValue('levels', levels)}>
        <div className={formClasses.buttons}>
          {faultLevels.map((it) => (
            <Chip key={it} value={it} size="sm" classNames={{ label: classes.chip ?? '' }}>
              {it}
            </Chip>
          ))}
        </div>
      </Chip.Group>
    </Input.Wrapper>
  )
}
