import type { DeviceDetail } from '@steward/shared/api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { faultsQuery } from '../../api/faults.ts'
import { Band } from '../../charts/band.tsx'
import { rangeMs } from '../../charts/span.ts'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { spanOf } from '../../time/age.ts'
import { writeSpan } from '../../time/age-shown.tsx'
import { useNow } from '../../time/now.ts'
import { useSiteZone } from '../../time/zones.ts'
import classes from './device-page.module.css'
import { knownRange, stretchesOf, uptimeOf } from './state-stretches.ts'

/** The device's states of at most a week and its faults above them; the same in a sentence. */
export function StateOverTime({ device }: { device: DeviceDetail }) {
  const words = useWords()
  const { t, percent } = words
  const zone = useSiteZone(device.site)
  const toMs = useNow(60_000)
  const range = knownRange(device.history, toMs)
  const fromMs = toMs - rangeMs[range]
  const stretches = stretchesOf(device.history, fromMs, toMs)
  const uptime = uptimeOf(stretches)
  const faults = useInfiniteQuery(faultsQuery({ state: 'all', site: device.site, device: device.id })).data
  const spans = (faults?.pages.flatMap((it) => it.items) ?? []).map((it) => ({
    fromMs: Date.parse(it.openedAt),
    toMs: it.closedAt === null ? toMs : Date.parse(it.closedAt),
    look: it.level,
    name: `${it.level} ${t(`kind.${it.kind}`)}`,
  }))
  const sentence =
    uptime.knownMs === 0
      ? t('devices.neverSeen')
      : uptime.outages === 0
        ? t('devices.noOutage', { share: percent(uptime.share) })
        : t('devices.uptime', {
            share: percent(uptime.share),
            count: uptime.outages,
            longest: writeSpan(words, spanOf(uptime.longestMs)),
          })
  return (
    <Panel title={t('devices.states', { range: t(`range.${range}`) })}>
      {spans.some((it) => it.toMs > fromMs) && (
        <Band fromMs={fromMs} toMs={toMs} zone={zone} label={t('devices.faultsOver')} stretches={spans} />
      )}
      <Band
        fromMs={fromMs}
        toMs={toMs}
        zone={zone}
        ticks
        label={sentence}
        stretches={stretches.map((it) => ({ ...it, look: it.state, name: t(`state.${it.state}`) }))}
      />
      <p className={classes.words}>{sentence}</p>
    </Panel>
  )
}
