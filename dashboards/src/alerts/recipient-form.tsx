import { Button, MultiSelect, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Recipient } from '@steward/shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { addRecipient, putRecipient } from '../api/alerts.ts'
import { useMe } from '../api/me.ts'
import { sitesQuery } from '../api/sites.ts'
import formClasses from '../kit/form.module.css'
import { ProblemLine } from '../kit/problem-line.tsx'
import { languages } from '../language/language.ts'
import { useWords } from '../language/use-words.ts'
import { faultLevels } from '../shell/open-counts.ts'
import { channelOf, channels, targetOf } from './channels.ts'

type Props = {
  /** the one that is changed; left out: a new one */
  recipient?: Recipient
  onDone: (recipient: Recipient) => void
}

/** Who is told of what, and how. Where it goes is written and never read back; left empty it stays. */
export function RecipientForm({ recipient, onDone }: Props) {
  const { t } = useWords()
  const form = useRecipientForm(recipient)
  const save = useSave(recipient, onDone)
  const sites = useQuery(sitesQuery).data ?? []
  const { values } = form
  const channel = channelOf(values.channel)
  return (
    <form onSubmit={form.onSubmit((typed) => save.mutate(typed))} noValidate>
      <div className={formClasses.grid}>
        <TextInput data-span="6" label={t('recipient.name')} maxLength={120} {...form.getInputProps('name')} />
        <Select
          data-span="6"
          label={t('recipient.channel')}
          data={channels.map((it) => ({ value: it.name, label: t(`channel.${it.name}`) }))}
          allowDeselect={false}
          {...form.getInputProps('channel')}
        />
        <TextInput
          label={t(`recipient.where.${channel.name}`)}
          description={t(`recipient.whereText.${channel.name}`)}
          placeholder={recipient?.channel === channel.name ? recipient.shown : ''}
          inputMode={channel.field === 'to' ? 'email' : 'url'}
          autoComplete="off"
          {...form.getInputProps('where')}
        />
        {channel.hasSecret && (
          <PasswordInput
            label={t('recipient.secret')}
            description={t(`recipient.secretText.${channel.name === 'dingtalk' ? 'dingtalk' : 'webhook'}`)}
            autoComplete="off"
            {...form.getInputProps('secret')}
          />
        )}
        <Select
          data-span="6"
          label={t('recipient.minLevel')}
          data={faultLevels.map((it) => ({ value: it, label: t(`recipient.from.${it}`) }))}
          allowDeselect={false}
          {...form.getInputProps('minLevel')}
        />
        <Select
          data-span="6"
          label={t('recipient.language')}
          data={languages.map((it) => ({ value: it.value, label: it.name }))}
          allowDeselect={false}
          {...form.getInputProps('language')}
        />
        <MultiSelect
          label={t('nav.sites')}
          placeholder={values.sites.length === 0 ? t('recipient.allSites') : ''}
          data={sites.map((it) => ({ value: it.id, label: it.name }))}
          searchable
          limit={50}
          nothingFoundMessage={t('form.nothingFound')}
          {...form.getInputProps('sites')}
        />
        <Switch label={t('recipient.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <ProblemLine error={save.error} />
        <div className={formClasses.buttons}>
          <Button type="submit" loading={save.isPending}>
            {recipient === undefined ? t('recipient.add') : t('do.save')}
          </Button>
        </div>
      </div>
    </form>
  )
}

function useRecipientForm(recipient: Recipient | undefined) {
  const { t } = useWords()
  const { company } = useMe()
  return useForm({
    initialValues: {
      name: recipient?.name ?? '',
      channel: recipient?.channel ?? ('email' as const),
      where: '',
      secret: '',
      minLevel: recipient?.minLevel ?? ('L4' as const),
      sites: recipient?.sites ?? [],
      language: recipient?.language ?? company.language,
      enabled: recipient?.enabled ?? true,
    },
    validate: {
      name: (it) => (it.trim() === '' ? t('form.required') : null),
      where: (it, { channel }) => {
        if (it.trim() === '') return recipient?.channel === channel ? null : t('form.required')
        if (channel === 'email') return it.includes('@') ? null : t('form.email')
        return URL.canParse(it.trim()) ? null : t('form.url')
      },
      secret: (it) => (it === '' || it.trim().length >= 8 ? null : t('form.secretLength')),
    },
  })
}

function useSave(recipient: Recipient | undefined, onDone: (recipient: Recipient) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ channel, where, secret, ...rest }: ReturnType<typeof useRecipientForm>['values']) => {
      const target = targetOf({ channel, where, secret })
      const values = { ...rest, name: rest.name.trim() }
      if (recipient !== undefined) return putRecipient(recipient.id, target === null ? values : { ...values, target })
      if (target === null) throw new Error('a new recipient has a target')
      return addRecipient({ ...values, target })
    },
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: ['recipients'] })
      onDone(saved)
    },
  })
}
