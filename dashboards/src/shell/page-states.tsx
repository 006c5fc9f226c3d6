import { useRouter } from '@tanstack/react-router'
import { LinkButton } from '../kit/link-button.tsx'
import { Page } from '../kit/page.tsx'
import { Empty, Failing } from '../kit/states.tsx'
import { useWords } from '../language/use-words.ts'

export function NotFound() {
  const { t } = useWords()
  return (
    <Page title={t('notFound.title')} narrow>
      <Empty title={t('notFound.what')} action={<LinkButton to="/">{t('notFound.home')}</LinkButton>}>
        {t('notFound.text')}
      </Empty>
    </Page>
  )
}

/** A page that could not be loaded: the hub is away, or a new version took the place of this one's files. */
export function PageFailed({ error }: { error: unknown }) {
  const { t } = useWords()
  const router = useRouter()
  return (
    <Page title={t('problem.page')} narrow>
      <Failing error={error} retry={() => void router.invalidate()} />
    </Page>
  )
}
