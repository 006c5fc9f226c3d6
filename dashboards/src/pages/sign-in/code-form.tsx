import { Button, Checkbox, PinInput, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { verifyBackupCode, verifyCode } from '../../api/identity.ts'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import classes from './entrance.module.css'

/** The second factor: the six digits of the authenticator, or one of the codes kept for its loss. */
export function CodeForm({ onDone, onBack }: { onDone: () => void; onBack: () => void }) {
  const { t } = useWords()
  const [code, setCode] = useState('')
  const [trust, setTrust] = useState(false)
  const [isBackup, setIsBackup] = useState(false)
  const verify = useMutation({
    mutationFn: (given: string) => (isBackup ? verifyBackupCode(given) : verifyCode(given, trust)),
    meta: { isSignIn: true },
    onSuccess: onDone,
    onError: () => setCode(''),
  })
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        verify.mutate(code.trim())
      }}
    >
      <p className={classes.text}>{isBackup ? t('signIn.backupText') : t('signIn.codeText')}</p>
      {isBackup ? (
        <TextInput
          label={t('signIn.backupCode')}
          autoComplete="one-time-code"
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      ) : (
        <PinInput
          length={6}
          type="number"
          oneTimeCode
          autoFocus
          size="md"
          aria-label={t('signIn.code')}
          value={code}
          onChange={setCode}
          onComplete={(given) => verify.mutate(given)}
          error={verify.isError}
        />
      )}
      {!isBackup && (
        <Checkbox
          label={t('signIn.trust')}
          checked={trust}
          onChange={(event) => setTrust(event.currentTarget.checked)}
        />
      )}
      <ProblemLine error={verify.error} />
      <Button type="submit" loading={verify.isPending} disabled={code.trim().length < 6} fullWidth size="md">
        {t('signIn.verify')}
      </Button>
      <div className={classes.beside}>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onBack}>
          {t('do.back')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={() => {
            setIsBackup(!isBackup)
            setCode('')
            verify.reset()
          }}
        >
          {isBackup ? t('signIn.useApp') : t('signIn.useBackup')}
        </Button>
      </div>
    </form>
  )
}
