import { Autocomplete, Button, NumberInput, Select, TextInput } from '@mantine/core'
import type { SiteDetail, SiteInput } from '@steward/shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { customersQuery, putCustomer, putSite, sitesQuery } from '../api/sites.ts'
import formClasses from '../kit/form.module.css'
import { Panel } from '../kit/panel.tsx'
import { ProblemLine } from '../kit/problem-line.tsx'
import { slugOf } from '../kit/slug.ts'
import { timeZones } from '../kit/time-zones.ts'
import { useWords } from '../language/use-words.ts'
import { listenersOf, portNames, usualPort } from './listener-values.ts'
import { SystemFields } from './system-fields.tsx'
import { type SiteValues, useSiteForm } from './use-site-form.ts'

type Props = {
  /** as it is configured now; left out: a new one */
  site?: z.output<typeof SiteInput>
  onDone: (site: SiteDetail) => void
}

/** A site: whose, where, what for. A customer that is not there yet is made along with it. */
export function SiteForm({ site, onDone }: Props) {
  const { t } = useWords()
  const customers = useQuery(customersQuery).data ?? []
  const form = useSiteForm(site, customers)
  const save = useSave(site, onDone)
  const { values } = form
  return (
    <form className={formClasses.items} onSubmit={form.onSubmit((typed) => save.mutate(typed))} noValidate>
      <Panel title={t('siteForm.where')}>
        <div className={formClasses.grid}>
          <Autocomplete
            data-span="6"
            label={t('siteForm.customer')}
            description={t('siteForm.customerText')}
            data={customers.map((it) => it.name)}
            maxLength={120}
            {...form.getInputProps('customer')}
          />
          <TextInput
            data-span="6"
            label={t('siteForm.name')}
            description={t('siteForm.nameText')}
            maxLength={120}
            {...form.getInputProps('name')}
          />
          <TextInput
            data-span="6"
            label={t('siteForm.id')}
            description={t('siteForm.idText')}
            placeholder={form.suggestedId}
            disabled={site !== undefined}
            spellCheck={false}
            {...form.getInputProps('id')}
          />
          <Select
            data-span="6"
            label={t('setup.timezone')}
            description={t('siteForm.timezoneText')}
            data={timeZones()}
            searchable
            limit={60}
            allowDeselect={false}
            {...form.getInputProps('timezone')}
          />
          <TextInput label={t('siteForm.address')} maxLength={300} {...form.getInputProps('address')} />
        </div>
      </Panel>
      <Panel title={t('site.systems')} aside={t('siteForm.systemsText')}>
        <SystemFields value={values.systems} onChange={(systems) => form.setFieldValue('systems', systems)} />
      </Panel>
      <Panel title={t('siteForm.intervals')} aside={t('siteForm.intervalsText')}>
        <div className={formClasses.grid}>
          {(['check', 'timeout', 'poll', 'clock'] as const).map((name) => (
            <NumberInput
              key={name}
              data-span="3"
              label={t(`siteForm.${name}`)}
              suffix={` ${t('siteForm.seconds')}`}
              min={name === 'timeout' ? 0.1 : 1}
              max={86_400}
              decimalScale={1}
              {...form.getInputProps(name)}
            />
          ))}
        </div>
      </Panel>
      <Panel title={t('siteForm.listeners')} aside={t('siteForm.listenersText')}>
        <div className={formClasses.grid}>
          {portNames.map((name) => (
            <NumberInput
              key={name}
              data-span="3"
              label={t(`siteForm.${name}`)}
              placeholder={t('siteForm.closed', { port: String(usualPort[name]) })}
              min={1024}
              max={65_535}
              clampBehavior="blur"
              allowDecimal={false}
              allowNegative={false}
              hideControls
              {...form.getInputProps(name)}
            />
          ))}
          <p className={formClasses.hint}>{t('siteForm.listenersHelp')}</p>
        </div>
      </Panel>
      <ProblemLine error={save.error} />
      <div className={formClasses.buttons}>
        <Button type="submit" loading={save.isPending}>
          {site === undefined ? t('siteForm.add') : t('do.save')}
        </Button>
      </div>
    </form>
  )
}

const secondMs = 1000

function useSave(site: z.output<typeof SiteInput> | undefined, onDone: (site: SiteDetail) => void) {
  const client = useQueryClient()
  const customers = useQuery(customersQuery).data ?? []
  const sites = useQuery(sitesQuery).data ?? []
  return useMutation({
    mutationFn: async (values: SiteValues) => {
      const name = values.customer.trim()
      let customer = customers.find((it) => it.name === name)?.id
      if (customer === undefined) {
        const id = slugOf(
          name,
          'customer',
          customers.map((it) => it.id),
        )
        customer = (await putCustomer({ id, name })).id
      }
      const taken = sites.map((it) => it.id)
      return putSite({
        id: site?.id ?? (values.id.trim() || slugOf(values.name, 'site', taken)),
        name: values.name.trim(),
        customer,
        timezone: values.timezone,
        address: values.address.trim(),
        systems: values.systems,
        settings: {
          checkIntervalMs: Math.round(values.check * secondMs),
          checkTimeoutMs: Math.round(values.timeout * secondMs),
          pollIntervalMs: Math.round(values.poll * secondMs),
          clockLimitMs: Math.round(values.clock * secondMs),
          listeners: listenersOf(values),
        },
      })
    },
    onSuccess: async (saved) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['sites'] }),
        client.invalidateQueries({ queryKey: ['site', saved.id] }),
        client.invalidateQueries({ queryKey: ['customers'] }),
      ])
      onDone(saved)
    },
  })
}
