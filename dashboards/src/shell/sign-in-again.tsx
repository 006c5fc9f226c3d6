import { Modal } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { tellSignedIn, useSignedOut } from '../api/session.ts'
import { useWords } from '../language/use-words.ts'

const SignInForm = lazy(async () => ({ default: (await import('../pages/sign-in/sign-in-form.tsx')).SignInForm }))

/** The session ran out: the password again, over the page, so that what was typed there stays. */
export function SignInAgain() {
  const { t } = useWords()
  const client = useQueryClient()
  const isOut = useSignedOut()
  if (!isOut) return null
  const again = (): void => {
    tellSignedIn()
    void client.invalidateQueries()
  }
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={t('signIn.again')}>
      <Suspense>
        <SignInForm onDone={again} />
      </Suspense>
    </Modal>
  )
}
