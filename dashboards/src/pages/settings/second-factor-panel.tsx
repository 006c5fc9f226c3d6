import { Button, PasswordInput, PinInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { meQuery } from '../../api/access.ts'
import { beginSecondFactor, endSecondFactor, verifyCode } from '../../api/identity.ts'
import { useMe } from '../../api/me.ts'
import { CopyLine } from '../../kit/copy-line.tsx'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import { LevelTag } from '../../marks/level-tag.tsx'
import { QrCode } from './qr-code.tsx'
import classes from './settings.module.css'

/** A code of an authenticator beside the password. */
export function SecondFactorPanel() {
  const { t } = useWords()
  const { person } = useMe()
  if (person === null) return null
  return (
    <Panel
      title={t('factor.title')}
      aside={
        <LevelTag
          kind={person.twoFactor ? 'well' : 'unknown'}
          label={person.twoFactor ? t('factor.on') : t('factor.off')}
        />
      }
    >
      {person.twoFactor ? <TurnOff /> : <TurnOn />}
    </Panel>
  )
}

function TurnOff() {
  const { t } = useWords()
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: endSecondFactor,
    meta: { isSignIn: true },
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  })
  return (
    <WithPassword text={t('factor.offText')} button={t('factor.turnOff')} onGive={(it) => end.mutate(it)} {...end} />
  )
}

function TurnOn() {
  const { t } = useWords()
  const begin = useMutation({ mutationFn: beginSecondFactor, meta: { isSignIn: true } })
  if (begin.data !== undefined) return <Confirm uri={begin.data.totpURI} backupCodes={begin.data.backupCodes} />
  return (
    <WithPassword text={t('factor.text')} button={t('factor.turnOn')} onGive={(it) => begin.mutate(it)} {...begin} />
  )
}

type PasswordProps = {
  text: string
  button: string
  onGive: (password: string) => void
  error: unknown
  isPending: boolean
}

function WithPassword({ text, button, onGive, error, isPending }: PasswordProps) {
  const { t } = useWords()
  const [password, setPassword] = useState('')
  return (
    <form
      className={formClasses.items}
      onSubmit={(event) => {
        event.preventDefault()
        onGive(password)
      }}
    >
      <p className={formClasses.hint}>{text}</p>
      <PasswordInput
        maw={320}
        label={t('settings.currentPassword')}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <ProblemLine error={error} />
      <div className={formClasses.buttons}>
        <Button type="submit" variant="default" loading={isPending} disabled={password === ''}>
          {button}
        </Button>
      </div>
    </form>
  )
}

/** It holds only once a code was given, so that nobody is locked out by a picture that was not taken. */
function Confirm({ uri, backupCodes }: { uri: string; backupCodes: readonly string[] }) {
  const { t } = useWords()
  const client = useQueryClient()
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: (given: string) => verifyCode(given, false),
    meta: { isSignIn: true },
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
    onError: () => setCode(''),
  })
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  return (
    <div className={classes.factor}>
      <div className={classes.qr}>
        <QrCode text={uri} label={t('factor.scan')} />
      </div>
      <div className={formClasses.items}>
        <p className={formClasses.hint}>{t('factor.scan')}</p>
        <CopyLine text={secret} label={t('factor.secret')} />
        <p className={formClasses.hint}>{t('factor.backup')}</p>
        <CopyLine text={backupCodes.join(' ')} label={t('factor.backupCodes')} />
        <p className={formClasses.hint}>{t('factor.confirm')}</p>
        <PinInput
          length={6}
          type="number"
          oneTimeCode
          aria-label={t('signIn.code')}
          value={code}
          onChange={setCode}
          onComplete={(given) => verify.mutate(given)}
          error={verify.isError}
          disabled={verify.isPending}
        />
        <ProblemLine error={verify.error} />
      </div>
    </div>
  )
}
