import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { tellSignedIn } from '../../api/session.ts'
import { useWords } from '../../language/use-words.ts'
import { Entrance } from './entrance.tsx'
import { SignInForm } from './sign-in-form.tsx'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { t } = useWords()
  const { next } = route.useSearch()
  const client = useQueryClient()
  const router = useRouter()
  const enter = (): void => {
    client.clear()
    tellSignedIn()
    router.history.push(next ?? '/')
  }
  return (
    <Entrance title={t('signIn.title')}>
      <SignInForm onDone={enter} />
    </Entrance>
  )
}
