import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react'
import { useWords } from '../language/use-words.ts'
import classes from './alerts.module.css'

/** How a test went: it was sent, or why not in the words of who refused it. */
export function Outcome({ ok, message }: { ok: boolean; message: string }) {
  const { t } = useWords()
  return (
    <output className={classes.outcome} data-ok={ok || undefined}>
      {ok ? <IconCircleCheck size={16} /> : <IconAlertCircle size={16} />}
      <span>{ok ? t('recipient.testOk') : message}</span>
    </output>
  )
}
