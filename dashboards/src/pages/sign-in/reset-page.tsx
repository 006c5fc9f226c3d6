import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { askForReset, resetPassword } from '../../api/identity.ts'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { minPassword, NewPassword } from './new-password.tsx'
import { useSecretInAddress } from './secret-in-address.ts'

/** Without a secret it sends the mail; opened from that mail it takes the new password. */
export function ResetPage() {
  const secret = useSecretInAddress()
  return secret === null ? <Ask /> : <Choose token={secret} />
}

function Ask() {
  const { t } = useWords()
  const [email, setEmail] = useState('')
  const ask = useMutation({ mutationFn: askForReset, meta: { isSignIn: true } })
  if (ask.isSuccess) {
    return (
      <Entrance title={t('reset.sentTitle')} text={t('reset.sentText', { email })}>
        <BackToSignIn />
      </Entrance>
    )
  }
  return (
    <Entrance title={t('reset.title')} text={t('reset.text')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          ask.mutate(email.trim())
        }}
      >
        <TextInput
          label={t('signIn.email')}
          type="email"
          required
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <ProblemLine error={ask.error} />
        <Button type="submit" loading={ask.isPending} disabled={!email.includes('@')} fullWidth size="md">
          {t('reset.send')}
        </Button>
      </form>
      <BackToSignIn />
    </Entrance>
  )
}

function Choose({ token }: { token: string }) {
  const { t } = useWords()
  const [password, setPassword] = useState('')
  const reset = useMutation({ mutationFn: () => resetPassword(token, password), meta: { isSignIn: true } })
  if (reset.isSuccess) {
    return (
      <Entrance title={t('reset.doneTitle')} text={t('reset.doneText')}>
        <BackToSignIn />
      </Entrance>
    )
  }
  return (
    <Entrance title={t('reset.chooseTitle')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          reset.mutate()
        }}
      >
        <NewPassword value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
        <ProblemLine error={reset.error} />
        <Button type="submit" loading={reset.isPending} disabled={password.length < minPassword} fullWidth size="md">
          {t('reset.choose')}
        </Button>
      </form>
      <BackToSignIn />
    </Entrance>
  )
}

export function BackToSignIn() {
  const { t } = useWords()
  return (
    <div className={classes.form}>
      <Link to="/sign-in" className="inline">
        {t('signIn.to')}
      </Link>
    </div>
  )
}
