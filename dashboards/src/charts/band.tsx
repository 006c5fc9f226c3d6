import { Box, Tooltip } from '@mantine/core'
import { useWords } from '../language/use-words.ts'
import { writeClock, writeDay, writeShort } from '../time/instant.ts'
import classes from './charts.module.css'
import { dayTicks } from './ticks.ts'

/** A stretch of time with a look of its own; looks differ in height and pattern as well as in colour. */
export type Stretch = { fromMs: number; toMs: number; look: string; name: string }

type Props = {
  fromMs: number
  toMs: number
  stretches: readonly Stretch[]
  zone: string
  /** what the band says, for those who do not see it */
  label: string
  ticks?: boolean
}

/** What was when, as one line over time. */
export function Band({ fromMs, toMs, stretches, zone, label, ticks = false }: Props) {
  const { language } = useWords()
  const share = (at: number): string =>
    `${((Math.min(toMs, Math.max(fromMs, at)) - fromMs) / Math.max(1, toMs - fromMs)) * 100}%`
  return (
    <div>
      <div className={classes.band} role="img" aria-label={label}>
        {stretches
          .filter((it) => it.toMs > fromMs && it.fromMs < toMs)
          .map((it) => (
            <Tooltip
              key={`${it.fromMs} ${it.look}`}
              label={`${it.name} · ${writeShort(it.fromMs, zone, language)} – ${writeShort(it.toMs, zone, language)}`}
            >
              <Box
                className={classes.stretch}
                data-look={it.look}
                __vars={{ '--from': share(it.fromMs), '--to': share(it.toMs) }}
              />
            </Tooltip>
          ))}
      </div>
      {ticks && (
        <div className={classes.ticks} aria-hidden>
          {dayTicks(fromMs, toMs, zone).map((at) => (
            <Box key={at} component="span" __vars={{ '--from': share(at) }}>
              {toMs - fromMs > 36 * 3_600_000 ? writeDay(at, zone, language) : writeClock(at, zone, language, false)}
            </Box>
          ))}
        </div>
      )}
    </div>
  )
}
