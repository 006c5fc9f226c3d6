import { useWords } from '../language/use-words.ts'
import classes from './faults.module.css'

/** `3 new`: they wait above the list until somebody taps. */
export function News({ count, onLetIn }: { count: number; onLetIn: () => void }) {
  const { t } = useWords()
  return (
    <div aria-live="polite">
      {count > 0 && (
        <button type="button" className={classes.news} onClick={onLetIn}>
          {t('faults.news', { count })}
        </button>
      )}
    </div>
  )
}
