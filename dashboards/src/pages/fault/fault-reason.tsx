import type { FaultDetail } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { siteQuery } from '../../api/sites.ts'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { LevelTag } from '../../marks/level-tag.tsx'
import classes from './fault-page.module.css'

/** Why, as a sentence, before anything else; then what is left of what it touches. */
export function FaultReason({ fault }: { fault: FaultDetail }) {
  const { t, say, percent } = useWords()
  const capabilities = useQuery(siteQuery(fault.site)).data?.capabilities ?? []
  const functions = Object.entries(fault.functions).map(([ref, value]) => ({
    ref,
    value,
    name: capabilities.find((it) => it.function === ref)?.name ?? ref,
  }))
  return (
    <Panel>
      <p className={classes.sentence}>{say(fault.reason)}</p>
      {fault.levelByHand !== null && (
        <p className={classes.incident}>
          {t('fault.levelBy', { by: fault.levelByHand.by, level: fault.level, judged: fault.levelByHand.judged })}{' '}
          {fault.levelByHand.reason}
        </p>
      )}
      {functions.length > 0 && (
        <dl className={classes.functions}>
          {functions.map(({ ref, name, value }) => (
            <div key={ref}>
              <dt title={ref}>{t('fault.capability', { name })}</dt>
              <dd>{percent(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {fault.incident !== null && fault.incident !== fault.id && (
        <p className={classes.incident}>
          <LevelTag kind="L1" label={t('fault.incident')} /> {t('fault.incidentText')}
        </p>
      )}
    </Panel>
  )
}
