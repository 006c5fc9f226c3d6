import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { setUp } from '../../api/access.ts'
import { signIn } from '../../api/identity.ts'
import { tellSignedIn } from '../../api/session.ts'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { timeZones } from '../../kit/time-zones.ts'
import { languages, showLanguage } from '../../language/language.ts'
import { useWords } from '../../language/use-words.ts'
import { browserZone } from '../../time/instant.ts'
import classes from '../sign-in/entrance.module.css'
import { Entrance } from '../sign-in/entrance.tsx'
import { minPassword, NewPassword } from '../sign-in/new-password.tsx'

/** The first minute of a new hub: the code from its console, the first administrator, the company. */
export function SetupPage() {
  const { t } = useWords()
  return (
    <Entrance title={t('setup.title')} text={t('setup.text')} wide>
      <SetupForm />
    </Entrance>
  )
}

function SetupForm() {
  const { t, language } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const required = (it: string) => (it.trim() === '' ? t('form.required') : null)
  const form = useForm({
    initialValues: { code: '', name: '', email: '', password: '', company: '', language, timezone: browserZone() },
    validate: {
      code: required,
      name: required,
      email: (it) => (it.includes('@') ? null : t('form.email')),
      password: (it) => (it.length < minPassword ? t('signIn.passwordRule') : null),
      company: required,
    },
  })
  const begin = useMutation({
    mutationFn: async (values: typeof form.values) => {
      await setUp(values)
      await signIn({ email: values.email, password: values.password })
    },
    meta: { isSignIn: true },
    onSuccess: async () => {
      client.clear()
      tellSignedIn()
      await navigate({ to: '/guide' })
    },
  })
  return (
    <form className={classes.form} onSubmit={form.onSubmit((values) => begin.mutate(values))} noValidate>
      <TextInput
        label={t('setup.code')}
        description={t('setup.codeText')}
        placeholder="ABCD-EFGH-JKLM"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        autoFocus
        {...form.getInputProps('code')}
      />
      <TextInput label={t('signIn.name')} autoComplete="name" {...form.getInputProps('name')} />
      <TextInput label={t('signIn.email')} type="email" autoComplete="username" {...form.getInputProps('email')} />
      <NewPassword
        label={t('signIn.password')}
        value={form.values.password}
        onChange={(event) => form.setFieldValue('password', event.currentTarget.value)}
        error={form.getInputProps('password').error}
      />
      <TextInput
        label={t('setup.company')}
        description={t('setup.companyText')}
        autoComplete="organization"
        {...form.getInputProps('company')}
      />
      <Select
        label={t('setup.language')}
        data={languages.map((it) => ({ value: it.value, label: it.name }))}
        allowDeselect={false}
        {...form.getInputProps('language')}
        onChange={(value) => {
          const chosen = languages.find((it) => it.value === value)
          if (chosen === undefined) return
          form.setFieldValue('language', chosen.value)
          void showLanguage(chosen.value, { remember: false })
        }}
      />
      <Select
        label={t('setup.timezone')}
        data={timeZones()}
        searchable
        allowDeselect={false}
        limit={60}
        nothingFoundMessage={t('form.nothingFound')}
        {...form.getInputProps('timezone')}
      />
      <ProblemLine error={begin.error} />
      <Button type="submit" loading={begin.isPending} fullWidth size="md">
        {t('setup.do')}
      </Button>
    </form>
  )
}
