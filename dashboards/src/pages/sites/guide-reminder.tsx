import { CloseButton } from '@mantine/core'
import { useState } from 'react'
import { keep, kept } from '../../kit/kept.ts'
import { LinkButton } from '../../kit/link-button.tsx'
import { useWords } from '../../language/use-words.ts'
import { useGuideProgress } from '../guide/use-guide-progress.ts'
import classes from './sites-page.module.css'

const keptAs = 'steward-guide-closed'

/** Leads back into a set-up that was left, until it is done or waved away. */
export function GuideReminder() {
  const { t } = useWords()
  const [closed, setClosed] = useState(() => kept(keptAs) !== null)
  const { done, total, isKnown, isBegun } = useGuideProgress()
  if (closed || !isKnown || !isBegun || done === total) return null
  return (
    <div className={classes.reminder}>
      <p>{t('guide.reminder', { done, total })}</p>
      <LinkButton to="/guide" size="xs">
        {t('guide.resume')}
      </LinkButton>
      <CloseButton
        aria-label={t('do.dismiss')}
        onClick={() => {
          keep(keptAs, 'yes')
          setClosed(true)
        }}
      />
    </div>
  )
}
