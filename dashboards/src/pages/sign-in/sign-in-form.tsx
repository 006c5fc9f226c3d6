import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { signIn } from '../../api/identity.ts'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import { CodeForm } from './code-form.tsx'
import classes from './entrance.module.css'

/** E-mail and password, then the code of the second factor where one is set. */
export function SignInForm({ onDone }: { onDone: () => void }) {
  const { t } = useWords()
  const [needsCode, setNeedsCode] = useState(false)
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (it) => (it.includes('@') ? null : t('form.email')),
      password: (it) => (it === '' ? t('form.required') : null),
    },
  })
  const enter = useMutation({
    mutationFn: signIn,
    meta: { isSignIn: true },
    onSuccess: (answer) => (answer.needsCode ? setNeedsCode(true) : onDone()),
  })
  if (needsCode) return <CodeForm onDone={onDone} onBack={() => setNeedsCode(false)} />
  return (
    <form className={classes.form} onSubmit={form.onSubmit((values) => enter.mutate(values))} noValidate>
      <TextInput
        label={t('signIn.email')}
        type="email"
        autoComplete="username"
        inputMode="email"
        autoFocus
        {...form.getInputProps('email')}
      />
      <PasswordInput label={t('signIn.password')} autoComplete="current-password" {...form.getInputProps('password')} />
      <ProblemLine error={enter.error} />
      <Button type="submit" loading={enter.isPending} fullWidth size="md">
        {t('signIn.do')}
      </Button>
      <div className={classes.beside}>
        <Link to="/reset" className="inline">
          {t('signIn.forgotten')}
        </Link>
      </div>
    </form>
  )
}
