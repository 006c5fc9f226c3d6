import { Tooltip } from '@mantine/core'
import { useWords, type Words } from '../language/use-words.ts'
import { refreshEveryMs, type Span, spanOf } from './age.ts'
import { writeInstant } from './instant.ts'
import { useNow } from './now.ts'
import { useSiteZone } from './zones.ts'

export function writeSpan({ t }: Pick<Words, 't'>, span: Span): string {
  const value = t(`time.${span.unit}`, { value: span.value })
  return span.rest === undefined ? value : `${value} ${t(`time.${span.rest.unit}`, { value: span.rest.value })}`
}

type Props = {
  at: string
  /** the site whose zone the instant is shown in; without one the company's zone */
  site?: string | undefined
  /** ended: the time between the two, which does not run */
  until?: string | null
  /** `4 min ago` where the age stands alone */
  ago?: boolean
}

/** Time twice: the live age, and on hover, focus or touch the instant in the site's zone. */
export function Age({ at, site, until = null, ago = false }: Props) {
  const words = useWords()
  const zone = useSiteZone(site)
  const from = Date.parse(at)
  const now = useNow(refreshEveryMs(Date.now() - from))
  const text = writeSpan(words, spanOf((until === null ? now : Date.parse(until)) - from))
  return (
    <Tooltip label={writeInstant(at, zone, words.language)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {ago ? words.t('time.ago', { span: text }) : text}
      </time>
    </Tooltip>
  )
}

/** The instant itself, with its age on hover: for logs. */
export function Instant({ at, site }: { at: string; site?: string | undefined }) {
  const words = useWords()
  const zone = useSiteZone(site)
  const age = writeSpan(words, spanOf(Date.now() - Date.parse(at)))
  return (
    <Tooltip label={words.t('time.ago', { span: age })}>
      <time dateTime={at}>{writeInstant(at, zone, words.language)}</time>
    </Tooltip>
  )
}
