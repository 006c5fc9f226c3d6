import { IconClock } from '@tabler/icons-react'
import { useWords } from '../language/use-words.ts'
import { writeClock } from './instant.ts'
import { useNow } from './now.ts'

/** What the clock on the wall there says. */
export function LocalTime({ zone }: { zone: string }) {
  const { t, language } = useWords()
  const now = useNow(10_000)
  return (
    <span>
      <IconClock size={16} stroke={1.6} />
      {t('time.local', { clock: writeClock(now, zone, language, false), zone })}
    </span>
  )
}
