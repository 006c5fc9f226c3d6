import { Box } from '@mantine/core'
import type { SiteSummary } from '@steward/shared/api'
import { useWords } from '../language/use-words.ts'
import classes from './sites.module.css'

/** How many of a site's devices are up; the figures stand beside the bar, so it needs no colours to be read. */
export function DeviceBar({ devices }: { devices: SiteSummary['devices'] }) {
  const { t, count } = useWords()
  const { total, up, down, unknown } = devices
  if (total === 0) return <span className={classes.quiet}>{t('sites.noDevices')}</span>
  const parts = [
    { kind: 'up', value: up },
    { kind: 'down', value: down },
    { kind: 'unknown', value: unknown },
  ].filter((it) => it.value > 0)
  return (
    <span className={classes.devices}>
      <span className={classes.bar} aria-hidden>
        {parts.map((it) => (
          <Box key={it.kind} component="span" data-kind={it.kind} __vars={{ '--part': String(it.value) }} />
        ))}
      </span>
      <span className={classes.figures}>
        {t('sites.up', { up: count(up), total: count(total) })}
        {down > 0 && <span className={classes.bad}>{t('sites.down', { value: count(down) })}</span>}
        {unknown > 0 && <span>{t('sites.unknown', { value: count(unknown) })}</span>}
      </span>
    </span>
  )
}
