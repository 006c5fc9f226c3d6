import { Button, NumberInput, PasswordInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import type { MailSettingsShown } from '@steward/shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { mailQuery, putMail, testMail } from '../api/alerts.ts'
import { useMe } from '../api/me.ts'
import formClasses from '../kit/form.module.css'
import { Panel } from '../kit/panel.tsx'
import { ProblemLine } from '../kit/problem-line.tsx'
import { Asked } from '../kit/states.tsx'
import { useWords } from '../language/use-words.ts'
import { Outcome } from './outcome.tsx'

const securities = ['starttls', 'tls', 'none'] as const
const portOf = { starttls: 587, tls: 465, none: 25 } as const

/** The mail server that alerts, invitations and resets go through. */
export function MailPanel() {
  const { t } = useWords()
  const query = useQuery(mailQuery)
  return (
    <Panel title={t('mail.title')} aside={query.data === null ? t('mail.notSet') : undefined}>
      <Asked query={query}>{(mail) => <MailForm mail={mail} />}</Asked>
    </Panel>
  )
}

function MailForm({ mail }: { mail: MailSettingsShown | null }) {
  const { t } = useWords()
  const { person } = useMe()
  const client = useQueryClient()
  const form = useForm({
    initialValues: {
      host: mail?.host ?? '',
      port: mail?.port ?? 587,
      security: mail?.security ?? ('starttls' as const),
      user: mail?.user ?? '',
      password: '',
      from: mail?.from ?? '',
    },
    validate: {
      host: (it) => (it.trim() === '' ? t('form.required') : null),
      from: (it) => (it.includes('@') ? null : t('form.email')),
    },
  })
  const settings = () => {
    const { password, ...rest } = form.values
    return password === '' ? rest : { ...rest, password }
  }
  const save = useMutation({
    mutationFn: () => putMail(settings()),
    onSuccess: async () => {
      form.setFieldValue('password', '')
      notifications.show({ message: t('do.saved') })
      await client.invalidateQueries({ queryKey: ['mail'] })
    },
  })
  const to = person?.email ?? form.values.from
  const test = useMutation({ mutationFn: () => testMail({ to, settings: settings() }) })
  return (
    <form onSubmit={form.onSubmit(() => save.mutate())} noValidate>
      <div className={formClasses.grid}>
        <TextInput
          data-span="6"
          label={t('mail.host')}
          placeholder="smtp.example.com"
          {...form.getInputProps('host')}
        />
        <Select
          data-span="3"
          label={t('mail.security')}
          data={securities.map((it) => ({ value: it, label: t(`mail.securityIs.${it}`) }))}
          allowDeselect={false}
          {...form.getInputProps('security')}
          onChange={(value) => {
            const security = securities.find((it) => it === value) ?? 'starttls'
            const isUsual = Object.values(portOf).some((it) => it === form.values.port)
            form.setValues({ security, ...(isUsual ? { port: portOf[security] } : {}) })
          }}
        />
        <NumberInput
          data-span="3"
          label={t('mail.port')}
          min={1}
          max={65_535}
          hideControls
          {...form.getInputProps('port')}
        />
        <TextInput data-span="6" label={t('mail.user')} autoComplete="off" {...form.getInputProps('user')} />
        <PasswordInput
          data-span="6"
          label={t('mail.password')}
          placeholder={mail?.passwordSet === true ? t('form.unchanged') : ''}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <TextInput
          data-span="6"
          label={t('mail.from')}
          placeholder="Steward <steward@example.com>"
          {...form.getInputProps('from')}
        />
        <ProblemLine error={save.error ?? test.error} />
        <div className={formClasses.buttons}>
          <Button type="submit" loading={save.isPending}>
            {t('do.save')}
          </Button>
          <Button
            variant="default"
            loading={test.isPending}
            disabled={form.values.host.trim() === '' || to === ''}
            onClick={() => test.mutate()}
          >
            {t('mail.test', { to })}
          </Button>
          {test.data !== undefined && <Outcome {...test.data} />}
        </div>
      </div>
    </form>
  )
}
