import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useLive } from '../api/live.ts'
import { useWords } from '../language/use-words.ts'
import { spanOf } from '../time/age.ts'
import { writeSpan } from '../time/age-shown.tsx'
import { writeClock } from '../time/instant.ts'
import { useNow } from '../time/now.ts'
import { useSiteZone } from '../time/zones.ts'
import classes from './shell.module.css'

/** Says that what is shown is old, and since when; the rest of the page stays as it was. */
export function StaleBanner() {
  const words = useWords()
  const zone = useSiteZone(undefined)
  const { status, since, retry } = useLive()
  const now = useNow(1000)
  if (status !== 'lost') return null
  const { t, language } = words
  return (
    <div className={classes.banner} role="alert">
      <IconPlugConnectedX size={18} />
      <strong>{t('stale.title', { clock: writeClock(since, zone, language) })}</strong>
      <span>{t('stale.text', { span: writeSpan(words, spanOf(now - since)) })}</span>
      <Button size="compact-sm" variant="default" onClick={retry}>
        {t('do.retryNow')}
      </Button>
    </div>
  )
}
