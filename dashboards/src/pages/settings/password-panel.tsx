import { Button, PasswordInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { changePassword } from '../../api/identity.ts'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import { minPassword, NewPassword } from '../sign-in/new-password.tsx'

export function PasswordPanel() {
  const { t } = useWords()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () => changePassword(current, next),
    meta: { isSignIn: true },
    onSuccess: () => {
      setCurrent('')
      setNext('')
      notifications.show({ message: t('settings.passwordChanged') })
    },
  })
  return (
    <Panel title={t('settings.password')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        <div className={formClasses.grid}>
          <div data-span="6">
            <PasswordInput
              label={t('settings.currentPassword')}
              description={t('settings.currentPasswordText')}
              autoComplete="current-password"
              value={current}
              onChange={(event) => setCurrent(event.currentTarget.value)}
            />
          </div>
          <div data-span="6">
            <NewPassword value={next} onChange={(event) => setNext(event.currentTarget.value)} />
          </div>
          <ProblemLine error={change.error} />
          <div className={formClasses.buttons}>
            <Button type="submit" loading={change.isPending} disabled={current === '' || next.length < minPassword}>
              {t('settings.changePassword')}
            </Button>
          </div>
        </div>
      </form>
    </Panel>
  )
}
