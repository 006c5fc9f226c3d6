import type { FaultLevel } from '@steward/shared/model'
import { useWords } from '../language/use-words.ts'
import { Mark } from '../marks/mark.tsx'
import { faultLevels } from '../shell/open-counts.ts'
import classes from './sites.module.css'

/** How many faults at which level; levels without one are left out. */
export function LevelCounts({ counts }: { counts: Readonly<Record<FaultLevel, number>> }) {
  const { t, count } = useWords()
  const levels = faultLevels.filter((it) => counts[it] > 0)
  if (levels.length === 0) return <span className={classes.quiet}>{t('sites.noFaults')}</span>
  return (
    <span className={classes.levels}>
      {levels.map((level) => (
        <span key={level} className={classes.levelCount}>
          <Mark kind={level} size={14} silent />
          <span className={classes.levelName}>{level}</span>
          <b>{count(counts[level])}</b>
        </span>
      ))}
    </span>
  )
}
