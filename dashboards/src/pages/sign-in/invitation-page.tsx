import { Button, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { acceptInvitation } from '../../api/access.ts'
import { signIn } from '../../api/identity.ts'
import { tellSignedIn } from '../../api/session.ts'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import { Entrance } from './entrance.tsx'
import { minPassword, NewPassword } from './new-password.tsx'
import { BackToSignIn } from './reset-page.tsx'
import { useSecretInAddress } from './secret-in-address.ts'

/** Opened from an invitation: a name and a password, then one is in. */
export function InvitationPage() {
  const { t } = useWords()
  const secret = useSecretInAddress()
  if (secret === null) {
    return (
      <Entrance title={t('invitation.title')} text={t('invitation.noSecret')}>
        <BackToSignIn />
      </Entrance>
    )
  }
  return (
    <Entrance title={t('invitation.title')} text={t('invitation.text')}>
      <Accept secret={secret} />
    </Entrance>
  )
}

function Accept({ secret }: { secret: string }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const accept = useMutation({
    mutationFn: async () => {
      const { email } = await acceptInvitation({ secret, name: name.trim(), password })
      await signIn({ email, password })
    },
    meta: { isSignIn: true },
    onSuccess: async () => {
      client.clear()
      tellSignedIn()
      await navigate({ to: '/' })
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        accept.mutate()
      }}
    >
      <TextInput
        label={t('signIn.name')}
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NewPassword
        label={t('signIn.password')}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <ProblemLine error={accept.error} />
      <Button
        type="submit"
        loading={accept.isPending}
        disabled={name.trim() === '' || password.length < minPassword}
        fullWidth
        size="md"
      >
        {t('invitation.accept')}
      </Button>
    </form>
  )
}
