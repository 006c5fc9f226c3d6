import type { FaultDetail } from '@steward/shared/api'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { LevelTag } from '../../marks/level-tag.tsx'
import classes from './fault-page.module.css'

/** Why, as a sentence, before anything else; then what is left of what it touches. */
export function FaultReason({ fault }: { fault: FaultDetail }) {
  const { t, say, percent } = useWords()
  const functions = Object.entries(fault.functions)
  return (
    <Panel>
      <p className={classes.sentence}>{say(fault.reason)}</p>
      {functions.length > 0 && (
        <dl className={classes.functions}>
          {functions.map(([name, value]) => (
            <div key={name}>
              <dt>{t('fault.capability', { name })}</dt>
              <dd>{percent(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {fault.incident !== null && fault.incident !== fault.id && (
        <p className={classes.eventText}>
          <LevelTag kind="L1" label={t('fault.incident')} /> {t('fault.incidentText')}
        </p>
      )}
    </Panel>
  )
}
